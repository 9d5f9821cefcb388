import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Content, Saved } from "./Content.ts";
import { type Entry, Keeper, type Sent } from "./Keeper.ts";
import type { Span } from "./spans.ts";

const NAME = "a.txt";

function content(...starts: number[]): Content {
  const spans: Span[] = starts.map((start) => ({ start, end: start + 2, category: "Name" }));
  return { spans, language: null, dataset: null };
}

function saved(etag: string, ...starts: number[]): Saved {
  return { ...content(...starts), etag, textDigest: "d" };
}

/** A service that answers what a test tells it to, or else saves like the real one. */
class Service {
  present = saved("1");
  answers: Sent[] = [];
  received: Content[] = [];
  journal = new Map<string, Entry>();
  keeper = new Keeper(
    async (_, base, content) => {
      this.received.push(content);
      const told = this.answers.shift();
      if (told !== undefined) return told;
      if (base.etag !== this.present.etag) return { outcome: "conflict", theirs: this.present };
      this.present = { ...base, ...content, etag: `${Number(base.etag) + 1}` };
      return { outcome: "saved", saved: this.present };
    },
    {
      put: async (entry) => void this.journal.set(entry.documentName, entry),
      remove: async (name) => void this.journal.delete(name),
    },
  );

  constructor() {
    this.keeper.opened(NAME, this.present);
  }
}

const AWAY: Sent = { outcome: "away", message: "The service cannot be reached." };

/** Let time pass, and all that waits for it happen. */
async function pass(context: TestContext, milliseconds: number): Promise<void> {
  context.mock.timers.tick(milliseconds);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function begin(context: TestContext): Service {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  return new Service();
}

test("a change is written down at once, sent after a moment of quiet, and then saved", async (t) => {
  const service = begin(t);
  service.keeper.changed(NAME, content(1));
  assert.equal(service.keeper.status(NAME).state, "unsaved");
  assert.deepEqual(service.journal.get(NAME)?.content, content(1));
  service.keeper.changed(NAME, content(1, 4));

  await pass(t, 400);

  assert.deepEqual(service.received, [content(1, 4)]);
  assert.equal(service.keeper.status(NAME).state, "saved");
  assert.equal(service.journal.size, 0);
});

test("what is changed while something is sent is sent over the version that comes back", async (t) => {
  const service = begin(t);
  service.keeper.changed(NAME, content(1));
  t.mock.timers.tick(400);
  assert.equal(service.keeper.status(NAME).state, "saving");
  service.keeper.changed(NAME, content(1, 4));
  await pass(t, 0);
  assert.equal(service.journal.get(NAME)?.base.etag, "2");

  await pass(t, 400);

  assert.deepEqual(service.present.spans, content(1, 4).spans);
  assert.equal(service.present.etag, "3");
  assert.equal(service.keeper.status(NAME).state, "saved");
});

test("while the service is away nothing is lost, and it is tried again until it is there", async (t) => {
  const service = begin(t);
  service.answers = [AWAY, AWAY];
  service.keeper.changed(NAME, content(1));
  await pass(t, 400);
  assert.deepEqual(service.keeper.status(NAME), { state: "unsaved", problem: AWAY.message });
  assert.deepEqual(service.keeper.unsaved(), [NAME]);
  assert.equal(service.journal.size, 1);

  await pass(t, 1_000);
  assert.equal(service.received.length, 2);
  await pass(t, 1_000);
  assert.equal(service.received.length, 2);
  await pass(t, 1_000);

  assert.equal(service.keeper.status(NAME).state, "saved");
  assert.equal(service.journal.size, 0);
});

test("what is refused is told and not sent again by itself, but by Save now", async (t) => {
  const service = begin(t);
  service.answers = [{ outcome: "refused", message: "No." }];
  service.keeper.changed(NAME, content(1));
  await pass(t, 400);
  await pass(t, 60_000);
  assert.deepEqual(service.keeper.status(NAME), { state: "unsaved", problem: "No." });
  assert.equal(service.received.length, 1);

  await service.keeper.saveNow(NAME);

  assert.equal(service.keeper.status(NAME).state, "saved");
});

test("labels that another one has saved meanwhile are never overwritten without a choice", async (t) => {
  const service = begin(t);
  service.present = saved("7", 1, 20);
  service.keeper.changed(NAME, content(2, 10));
  await pass(t, 400);
  const { conflict } = service.keeper.status(NAME);
  assert.ok(conflict);
  assert.deepEqual(conflict.theirs.spans, content(1, 20).spans);
  assert.deepEqual(conflict.both.spans, content(1, 10, 20).spans);
  assert.deepEqual(conflict.both.lost, content(2).spans);
  await pass(t, 60_000);
  assert.equal(service.received.length, 1);

  service.keeper.resolve(NAME, { ...conflict.mine, spans: conflict.both.spans });
  await pass(t, 0);

  assert.deepEqual(service.present.spans, content(1, 10, 20).spans);
  assert.equal(service.keeper.status(NAME).state, "saved");
});

test("to take theirs sends nothing", async (t) => {
  const service = begin(t);
  service.present = saved("7", 20);
  service.keeper.changed(NAME, content(2));
  await pass(t, 400);

  service.keeper.resolve(NAME, content(20));

  assert.equal(service.keeper.status(NAME).state, "saved");
  assert.equal(service.received.length, 1);
  assert.equal(service.journal.size, 0);
});

test("a save whose answer was lost is no conflict", async (t) => {
  const service = begin(t);
  service.present = saved("2", 1);
  service.keeper.changed(NAME, content(1));
  await pass(t, 400);

  assert.equal(service.keeper.status(NAME).state, "saved");
  assert.equal(service.keeper.status(NAME).conflict, undefined);
});

test("what a dead tab has left is saved, or asked about where another one has saved since", async (t) => {
  const service = begin(t);
  const entry = { documentName: NAME, base: saved("1"), content: content(1), writtenAt: 0 };

  assert.equal(service.keeper.recover(entry, saved("1", 1)), "same");
  assert.equal(service.keeper.recover(entry, saved("9", 20)), "conflict");
  assert.ok(service.keeper.status(NAME).conflict);
  service.keeper.forget(NAME);
  assert.equal(service.keeper.recover(entry, saved("1")), "restored");
  assert.equal(service.journal.size, 1);
  await pass(t, 0);

  assert.deepEqual(service.present.spans, content(1).spans);
  assert.equal(service.keeper.status(NAME).state, "saved");
});
