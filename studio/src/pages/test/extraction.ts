/** Extraction over the API, as any program would ask for it. Offsets are UTF-16 units. */

import { ApiError, type Detail, send } from "../../api/client.ts";
import { type AnyJob, lastAnswer } from "../../api/jobs.ts";
import type { Prediction, State } from "../../api/types.ts";
import type { Choice } from "../../extraction/choices.ts";

export interface Found extends Prediction {
  text: string;
}

export interface Extraction {
  choice: Choice;
  /** As it was sent. */
  text: string;
  /** In the order of the text. */
  entities: Found[];
  /** The answer of the service as it came. */
  json: string;
}

interface ExtractionJob extends AnyJob {
  tasks: {
    items: {
      results: {
        documents: { entities: Found[] }[];
        errors: { error: Detail }[];
      };
    }[];
  };
}

export interface Question {
  project: string;
  choice: Choice;
  language: string;
  text: string;
}

/** Extract entities; throw an `ApiError` where the request, or its one document, is refused. */
export async function extract(
  { project, choice, language, text }: Question,
  signal: AbortSignal,
  onProgress: (state: State) => void,
): Promise<Extraction> {
  const named =
    choice.kind === "model" ? { trainedModelLabel: choice.name } : { deploymentName: choice.name };
  const body = {
    analysisInput: { documents: [{ id: "1", language, text }] },
    tasks: [
      {
        kind: "CustomEntityRecognition",
        parameters: { projectName: project, ...named, stringIndexType: "Utf16CodeUnit" },
      },
    ],
  };
  const { job } = await send("POST", "/language/analyze-text/jobs", { body, signal });
  if (job === undefined) throw new ApiError(0, { message: "The service did not start a job." });
  const answer = await lastAnswer<ExtractionJob>(job, {
    signal,
    onProgress: ({ status }) => onProgress(status),
  });
  const results = answer.value.tasks.items[0]?.results;
  const fault = results?.errors[0]?.error ?? answer.value.errors[0];
  if (fault !== undefined) throw new ApiError(400, fault);
  const entities = results?.documents[0]?.entities ?? [];
  return {
    choice,
    text,
    entities: entities.toSorted((one, other) => one.offset - other.offset),
    json: answer.text,
  };
}
