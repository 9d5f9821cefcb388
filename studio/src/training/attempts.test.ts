import assert from "node:assert/strict";
import { test } from "node:test";
import type { Model, State, TrainingJob } from "../api/types.ts";
import { attemptsOf, running } from "./attempts.ts";

function model(label: string): Model {
  return {
    label,
    modelId: `${label}-1`,
    lastTrainedDateTime: "2026-03-01T10:00:00Z",
    lastTrainingDurationInSeconds: 20,
    f1: 0.8,
    trainingDocumentsCount: 8,
    validationDocumentsCount: 1,
    testingDocumentsCount: 1,
  };
}

function training(modelLabel: string, status: State, createdDateTime: string): TrainingJob {
  const step = { percentComplete: 0 };
  return {
    jobId: `${modelLabel} ${createdDateTime}`,
    status,
    phase: "",
    percentComplete: 0,
    createdDateTime,
    lastUpdatedDateTime: createdDateTime,
    warnings: [],
    errors: [],
    result: {
      modelLabel,
      trainingConfigVersion: "2022-05-01",
      trainingStatus: step,
      evaluationStatus: step,
    },
  };
}

function told(models: Model[], trainings: TrainingJob[]): string[] {
  return attemptsOf(models, trainings).map((one) =>
    one.kind === "model" ? `${one.name} model` : `${one.name} ${one.job.status}`,
  );
}

test("a failed and a running training have rows of their own", () => {
  assert.deepEqual(
    told([model("b")], [training("c", "running", "2"), training("a", "failed", "1")]),
    ["a failed", "b model", "c running"],
  );
});

test("a model that is being trained anew is still there, with the training after it", () => {
  assert.deepEqual(told([model("a")], [training("a", "running", "2")]), ["a model", "a running"]);
});

test("only the newest training of a name counts", () => {
  const failed = training("a", "failed", "1");

  assert.deepEqual(told([model("a")], [training("a", "succeeded", "2"), failed]), ["a model"]);
});

test("the running training is the one that has not ended", () => {
  const going = training("a", "cancelling", "2");

  assert.equal(running([training("b", "cancelled", "1"), going]), going);
  assert.equal(running([]), undefined);
});
