import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "./Session.ts";
import type { Span } from "./spans.ts";

const TEXT = "Contoso Bank lends Zoe 5,000 euros for ten years at 4 %.".repeat(10);

function span(start: number, end: number, category = "Name"): Span {
  return { start, end, category };
}

function session(...spans: Span[]): Session {
  return new Session(TEXT, { spans, language: null, dataset: null });
}

test("a label that overlaps is not added before one says that it replaces", () => {
  const one = session(span(0, 12));

  assert.deepEqual(one.add(span(8, 18, "Sum")), { outcome: "overlap", others: [span(0, 12)] });
  assert.deepEqual(one.state.spans, [span(0, 12)]);

  assert.deepEqual(one.add(span(8, 18, "Sum"), true), { outcome: "added" });
  assert.deepEqual(one.state.spans, [span(8, 18, "Sum")]);
  one.undo();
  assert.deepEqual(one.state.spans, [span(0, 12)]);
});

test("a label that is there already is no step", () => {
  const one = session(span(0, 12));

  assert.equal(one.add(span(0, 12)).outcome, "already");
  assert.equal(one.state.undoable, undefined);
});

test("a hundred steps of all kinds are undone one by one, and redone", () => {
  const one = session();
  const states = [one.state.spans];
  for (let step = 0; step < 25; step++) {
    const at = step * 10;
    one.add(span(at, at + 4));
    states.push(one.state.spans);
    one.retype(span(at, at + 4), "Sum");
    states.push(one.state.spans);
    one.resize(span(at, at + 4, "Sum"), { start: at, end: at + 6 });
    states.push(one.state.spans);
    if (step % 2) one.remove(span(at, at + 6, "Sum"));
    else one.add(span(at + 6, at + 8));
    states.push(one.state.spans);
  }

  for (const state of states.slice(0, -1).reverse()) {
    one.undo();
    assert.deepEqual(one.state.spans, state);
  }
  assert.equal(one.undo(), undefined);
  for (const state of states.slice(1)) {
    one.redo();
    assert.deepEqual(one.state.spans, state);
  }
  assert.equal(one.redo(), undefined);
});

test("what was undone cannot be redone after something else was done", () => {
  const one = session();
  one.add(span(0, 4));
  one.undo();
  one.add(span(10, 14));

  assert.equal(one.redo(), undefined);
});

test("a border moves up to the next label, the end of the text, and never past its other border", () => {
  const one = session(span(0, 2), span(4, 6));

  assert.equal(one.resize(span(4, 6), { start: 1, end: 6 }), null);
  assert.equal(one.resize(span(4, 6), { start: 6, end: 6 }), null);
  assert.equal(one.resize(span(0, 2), { start: -1, end: 2 }), null);
  assert.deepEqual(one.resize(span(4, 6), { start: 2, end: 6 }), span(2, 6));
});

test("many labels are one step, and those that have no place are left out", () => {
  const one = session(span(3, 5));

  assert.equal(one.addAll([span(0, 2), span(4, 8), span(10, 12), span(11, 13)], "Tagged"), 2);
  assert.deepEqual(one.state.spans, [span(0, 2), span(3, 5), span(10, 12)]);
  one.undo();
  assert.deepEqual(one.state.spans, [span(3, 5)]);
});

test("suggestions are no labels, and labels made by hand win over them", () => {
  const one = session();
  const [first, second] = [
    { ...span(0, 7, "Lender"), confidence: 0.9 },
    { ...span(19, 22, "Borrower"), confidence: 0.6 },
  ];
  one.suggest([first, second]);
  assert.deepEqual(one.state.spans, []);

  one.add(span(5, 12));

  assert.deepEqual(one.state.suggestions, [second]);
  assert.equal(one.acceptAll(), 1);
  assert.deepEqual(one.state.spans, [span(5, 12), span(19, 22, "Borrower")]);
  assert.deepEqual(one.state.suggestions, []);
  one.undo();
  assert.deepEqual(one.state.suggestions, [second]);
  one.reject(second);
  assert.deepEqual(one.state.suggestions, []);
});

test("listeners hear of every change and of none that was not made", () => {
  const one = session(span(0, 4));
  let heard = 0;
  const stop = one.subscribe(() => heard++);

  one.add(span(2, 6));
  assert.equal(heard, 0);
  one.remove(span(0, 4));
  one.setLanguage("hi");
  stop();
  one.undo();

  assert.equal(heard, 2);
});
