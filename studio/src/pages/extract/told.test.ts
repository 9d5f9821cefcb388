import assert from "node:assert/strict";
import { test } from "node:test";
import type { Extraction } from "../../api/types.ts";
import { howFar, outcome, resumable, subject } from "./told.ts";

const JOB: Extraction = {
  jobId: "1",
  status: "running",
  createdDateTime: "2026-11-26T10:00:00Z",
  lastUpdatedDateTime: "2026-11-26T10:00:01Z",
  expirationDateTime: "2026-11-27T10:00:00Z",
  prefix: "",
  deploymentName: "production",
  documentsDone: 0,
  documentsFailed: 0,
  errors: [],
};

test("what is read is told by its name, or by prefix and model", () => {
  assert.equal(subject(JOB), "All documents by production");
  const { deploymentName: _, ...named } = JOB;
  assert.equal(subject({ ...named, prefix: "2026/", trainedModelLabel: "m" }), "2026/… by m");
  assert.equal(subject({ ...JOB, displayName: "Archive" }), "Archive");
});

test("how far it is has a share only once everything is listed", () => {
  assert.equal(howFar({ ...JOB, documentsDone: 5 }).percentComplete, 0);
  assert.equal(
    howFar({ ...JOB, documentsDone: 1 }).phase,
    "listing the container, 1 document read",
  );
  const job = { ...JOB, documentsTotal: 10_000, documentsDone: 2_490, documentsFailed: 10 };
  const seen = howFar({ ...job, documentsPerSecond: 125.4, secondsLeft: 60 });
  assert.equal(seen.percentComplete, 25);
  assert.equal(
    seen.phase,
    "2,500 of 10,000 documents · 10 cannot be read · 125 per second · about 1 min left",
  );
  assert.equal(howFar({ ...JOB, documentsTotal: 0 }).percentComplete, 0);
});

test("how it ended says what there is, and what there is not", () => {
  const job = { ...JOB, documentsTotal: 3, documentsDone: 2, documentsFailed: 1 };
  assert.equal(
    outcome({ ...job, status: "succeeded" }),
    "2 documents extracted, 1 cannot be read.",
  );
  assert.equal(
    outcome({ ...job, status: "canceled", documentsFailed: 0 }),
    "Cancelled: 2 of 3 extracted.",
  );
  assert.equal(
    outcome({ ...job, status: "partiallyCompleted" }),
    "Incomplete: 2 of 3 extracted, 1 cannot be read.",
  );
  assert.equal(outcome({ ...JOB, status: "failed" }), "Failed: 0 extracted.");
  assert.ok(resumable({ ...job, status: "cancelled" }));
  assert.ok(!resumable({ ...job, status: "succeeded" }));
  const errors = [{ code: "ServiceUnavailable", message: "Storage was away." }];
  assert.ok(resumable({ ...job, status: "succeeded", errors }));
});
