/** What can extract: deployments, and trained models whether they are deployed or not. */

import type { Deployment, Model } from "../api/types.ts";

export interface Choice {
  kind: "deployment" | "model";
  name: string;
  /** The name of the model, which for a deployment is another one. */
  model: string;
}

/** Deployments first, as they are what programs call; of both the newest first. */
export function choicesOf(models: readonly Model[], deployments: readonly Deployment[]): Choice[] {
  return [
    ...deployments
      .toSorted((one, other) => other.lastDeployedDateTime.localeCompare(one.lastDeployedDateTime))
      .map(({ deploymentName, modelLabel }) => ({
        kind: "deployment" as const,
        name: deploymentName,
        model: modelLabel,
      })),
    ...models
      .toSorted((one, other) => other.lastTrainedDateTime.localeCompare(one.lastTrainedDateTime))
      .map(({ label }) => ({ kind: "model" as const, name: label, model: label })),
  ];
}

/** The choice that an address names (`?model=first`), or the first one. */
export function chosen(choices: readonly Choice[], address: URLSearchParams): Choice | undefined {
  return (
    choices.find(({ kind, name }) => address.get(kind) === name) ??
    choices.find(({ kind, name }) => kind === "deployment" && name === "production") ??
    choices[0]
  );
}

/** How a choice is told in a sentence. */
export function told({ kind, name, model }: Choice): string {
  return kind === "model" ? `model “${name}”` : `deployment “${name}” (model “${model}”)`;
}
