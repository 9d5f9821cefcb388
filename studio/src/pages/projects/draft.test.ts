import assert from "node:assert/strict";
import { test } from "node:test";
import { containerFault, descriptionFault, EMPTY, nameFault, settingsOf } from "./draft.ts";

test("a name has 1 to 50 letters, digits and three signs", () => {
  for (const name of ["a", "A.b_c-9", "N".repeat(50), ".a"]) {
    assert.equal(nameFault(name, []), undefined, name);
  }
  for (const name of ["", "a b", "a#", "é", "N".repeat(51), "..", "Global"]) {
    assert.notEqual(nameFault(name, []), undefined, name);
  }
});

test("a name that differs only in capital letters is taken", () => {
  assert.match(nameFault("loans", ["Loans"]) ?? "", /too alike/);
  assert.equal(nameFault("Loans", ["Loans"]), "There is a project Loans already.");
});

test("a description is counted in characters, not in UTF-16 units", () => {
  assert.equal(descriptionFault("🏦".repeat(1_000)), undefined);
  assert.match(descriptionFault("🏦".repeat(1_001)) ?? "", /this one has 1,001/);
});

test("a container is named by the rules of the storage account", () => {
  for (const name of ["abc", "a-1", "a".repeat(63)]) assert.equal(containerFault(name), undefined);
  for (const name of ["ab", "a--b", "-ab", "ab-", "Abc", "a_b", "a".repeat(64)]) {
    assert.notEqual(containerFault(name), undefined, name);
  }
});

test("a description is sent without the space around it", () => {
  assert.equal(settingsOf({ ...EMPTY, description: " loans\n" }).description, "loans");
});
