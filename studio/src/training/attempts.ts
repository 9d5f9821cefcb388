/** What trainings and models are shown as: rows of the table of models, states in words. */

import { ended, type Model, type State, type TrainingJob } from "../api/types.ts";

/** A row of the table: a model, or a training that has made none (yet). */
export type Attempt =
  | { kind: "model"; name: string; model: Model }
  | { kind: "training"; name: string; job: TrainingJob };

/** Models by name; after each of them its newest training, if that did not (yet) end well. */
export function attemptsOf(models: readonly Model[], trainings: readonly TrainingJob[]): Attempt[] {
  const newest = new Map<string, TrainingJob>();
  for (const job of trainings) {
    const known = newest.get(job.result.modelLabel);
    if (known === undefined || known.createdDateTime < job.createdDateTime) {
      newest.set(job.result.modelLabel, job);
    }
  }
  const rows: Attempt[] = models.map((model) => ({ kind: "model", name: model.label, model }));
  for (const [name, job] of newest) {
    if (job.status !== "succeeded") rows.push({ kind: "training", name, job });
  }
  return rows.sort(
    (one, other) =>
      one.name.localeCompare(other.name) ||
      Number(one.kind === "training") - Number(other.kind === "training"),
  );
}

export function running(trainings: readonly TrainingJob[] | undefined): TrainingJob | undefined {
  return trainings?.find(({ status }) => !ended(status));
}

const STATES: Record<State, string> = {
  notStarted: "Waiting",
  running: "Training",
  cancelling: "Cancelling",
  succeeded: "Trained",
  partiallyCompleted: "Trained",
  failed: "Failed",
  cancelled: "Cancelled",
  canceled: "Cancelled",
};

export function stateInWords(state: State): string {
  return STATES[state];
}
