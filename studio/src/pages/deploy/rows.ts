/** What the table of the page shows: a line for each deployment, and one for each model without. */

import type { Deployment, Model } from "../../api/types.ts";

export interface Row {
  id: string;
  /** The name of the model. */
  label: string;
  modelId: string;
  /** When this state of the model was trained. */
  trained: string;
  /** Undefined where the model has been deleted; what was deployed of it goes on answering. */
  model?: Model;
  deployment?: Deployment;
  /** Whether the deployment has what the last training of the model has made. */
  current: boolean;
}

/** The lines in the order of the models, the newest deployment of each first. */
export function rowsOf(models: readonly Model[], deployments: readonly Deployment[]): Row[] {
  const known = new Set(models.map(({ label }) => label));
  const orphans = deployments.filter(({ modelLabel }) => !known.has(modelLabel));
  return [
    ...models.flatMap((model) => {
      const own = deployments.filter(({ modelLabel }) => modelLabel === model.label);
      return own.length === 0
        ? [notDeployed(model)]
        : newest(own).map((deployment) => rowOf(deployment, model));
    }),
    ...newest(orphans).map((deployment) => rowOf(deployment)),
  ];
}

function notDeployed(model: Model): Row {
  return {
    id: `model ${model.label}`,
    label: model.label,
    modelId: model.modelId,
    trained: model.lastTrainedDateTime,
    model,
    current: true,
  };
}

function rowOf(deployment: Deployment, model?: Model): Row {
  return {
    id: `deployment ${deployment.deploymentName}`,
    label: deployment.modelLabel,
    modelId: deployment.modelId,
    trained: deployment.lastTrainedDateTime,
    ...(model === undefined ? {} : { model }),
    deployment,
    current: model?.modelId === deployment.modelId,
  };
}

function newest(deployments: readonly Deployment[]): Deployment[] {
  return deployments.toSorted((one, other) =>
    other.lastDeployedDateTime.localeCompare(one.lastDeployedDateTime),
  );
}
