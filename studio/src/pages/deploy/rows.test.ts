import assert from "node:assert/strict";
import { test } from "node:test";
import type { Deployment, Model } from "../../api/types.ts";
import { rowsOf } from "./rows.ts";

function model(label: string, modelId: string): Model {
  return {
    label,
    modelId,
    lastTrainedDateTime: "2026-01-01T00:00:00Z",
    lastTrainingDurationInSeconds: 1,
    f1: 1,
    trainingDocumentsCount: 8,
    validationDocumentsCount: 1,
    testingDocumentsCount: 1,
  };
}

function deployment(deploymentName: string, modelLabel: string, modelId: string, day = "01") {
  const lastDeployedDateTime = `2026-02-${day}T00:00:00Z`;
  const lastTrainedDateTime = "2026-01-01T00:00:00Z";
  return { deploymentName, modelLabel, modelId, lastDeployedDateTime, lastTrainedDateTime };
}

function told(models: Model[], deployments: Deployment[]) {
  return rowsOf(models, deployments).map((row) => [
    row.label,
    row.deployment?.deploymentName ?? null,
    row.current,
  ]);
}

test("a model has a line for each of its deployments, the newest first", () => {
  const deployments = [
    deployment("production", "first", "a", "01"),
    deployment("staging", "first", "a", "02"),
  ];
  assert.deepEqual(told([model("first", "a"), model("second", "b")], deployments), [
    ["first", "staging", true],
    ["first", "production", true],
    ["second", null, true],
  ]);
});

test("a deployment of an earlier training of its model is not current", () => {
  assert.deepEqual(told([model("first", "b")], [deployment("production", "first", "a")]), [
    ["first", "production", false],
  ]);
});

test("a deployment outlives its model", () => {
  assert.deepEqual(told([], [deployment("production", "gone", "a")]), [
    ["gone", "production", false],
  ]);
});
