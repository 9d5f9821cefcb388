/** What the studio reads of the evaluation of a model: outdated when the model changes. */

import { queryOptions } from "@tanstack/react-query";
import { ApiError, projects, read, readAll } from "../api/client.ts";
import type { LabelledDocument } from "../api/types.ts";
import type { EvaluatedDocument, JudgedSet, Report, Summary } from "./answers.ts";

/** The key that all of these begin with, for what outdates them. */
export const evaluationKey = (project: string) => ["project", project, "evaluation"];

export const summaryQuery = (project: string, model: string) =>
  queryOptions({
    queryKey: [...evaluationKey(project), model, "summary"],
    queryFn: ({ signal }) =>
      read<Summary>(projects(project, "models", model, "evaluation", "summary-result"), { signal }),
  });

export const evaluatedQuery = (project: string, model: string, dataset: JudgedSet) =>
  queryOptions({
    queryKey: [...evaluationKey(project), model, "result", dataset],
    queryFn: ({ signal }) =>
      readAll<EvaluatedDocument>(projects(project, "models", model, "evaluation", "result"), {
        signal,
        query: { dataset, maxpagesize: 100 },
      }),
  });

/** The report of a model's training; null for a model of a version that kept none. */
export const reportQuery = (project: string, model: string) =>
  queryOptions({
    queryKey: [...evaluationKey(project), model, "report"],
    queryFn: async ({ signal }) => {
      try {
        return await read<Report>(projects(project, "models", model, "evaluation", "report"), {
          signal,
        });
      } catch (error) {
        if (error instanceof ApiError && error.code === "NotFound") return null;
        throw error;
      }
    },
  });

/** The text of a document that was judged, as it is now. */
export const judgedTextQuery = (project: string, document: string) =>
  queryOptions({
    queryKey: [...evaluationKey(project), "text", document],
    queryFn: ({ signal }) =>
      read<LabelledDocument>(projects(project, "documents", document), { signal }),
  });
