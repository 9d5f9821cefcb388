/** The trainings of a project, with a word to the user when one ends while he is here. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { modelsQuery, projectQuery, trainingsQuery } from "../api/queries.ts";
import { ended, type State } from "../api/types.ts";
import { useNotices } from "../app/Notices.tsx";
import { evaluationKey } from "../evaluation/queries.ts";
import { modelAddress } from "../parts/addresses.ts";

export function useTrainings(project: string) {
  const client = useQueryClient();
  const notices = useNotices();
  const trainings = useQuery(trainingsQuery(project));
  const seen = useRef(new Map<string, State>());
  useEffect(() => {
    for (const { jobId, status, result, errors } of trainings.data ?? []) {
      const before = seen.current.get(jobId);
      seen.current.set(jobId, status);
      if (before === undefined || ended(before) || !ended(status)) continue;
      void client.invalidateQueries(modelsQuery(project));
      void client.invalidateQueries({ queryKey: projectQuery(project).queryKey, exact: true });
      void client.invalidateQueries({ queryKey: evaluationKey(project) });
      const name = result.modelLabel;
      if (status === "succeeded") {
        const link = { text: "See how good it is", to: modelAddress(project, name) };
        notices.done({ title: `${name} is trained`, link });
      } else if (status === "failed") {
        notices.failed(`The training of ${name} failed`, errors[0]?.message ?? "See its reason.");
      }
    }
  }, [trainings.data, client, notices, project]);
  return trainings;
}
