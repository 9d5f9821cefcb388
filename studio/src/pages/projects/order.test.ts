import assert from "node:assert/strict";
import { test } from "node:test";
import type { Project } from "../../api/types.ts";
import { sorted, turned } from "./order.ts";

const project = (projectName: string, lastTrainedDateTime?: string) =>
  ({ projectName, lastTrainedDateTime }) as Project;

const names = (projects: Project[]) => projects.map(({ projectName }) => projectName);

test("names are sorted as people count", () => {
  const found = sorted([project("b10"), project("B9"), project("a")], {
    column: "projectName",
    down: false,
  });
  assert.deepEqual(names(found), ["a", "B9", "b10"]);
});

test("what has no date is at the end, whichever way it goes", () => {
  const all = [project("never"), project("early", "2026-01-01"), project("late", "2026-02-01")];
  const column = "lastTrainedDateTime";
  assert.deepEqual(names(sorted(all, { column, down: true })), ["late", "early", "never"]);
  assert.deepEqual(names(sorted(all, { column, down: false })), ["early", "late", "never"]);
});

test("a second press turns the order; another column begins with the latest or with a", () => {
  assert.deepEqual(turned({ column: "projectName", down: false }, "projectName"), {
    column: "projectName",
    down: true,
  });
  assert.equal(turned({ column: "projectName", down: false }, "createdDateTime").down, true);
  assert.equal(turned({ column: "createdDateTime", down: true }, "description").down, false);
});
