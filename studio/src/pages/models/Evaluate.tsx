import { Radio, RadioGroup, Text } from "@fluentui/react-components";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { projects } from "../../api/client.ts";
import { run } from "../../api/jobs.ts";
import { documentsQuery, modelsQuery } from "../../api/queries.ts";
import type { Job, Model } from "../../api/types.ts";
import { useNotices } from "../../app/Notices.tsx";
import { evaluationKey } from "../../evaluation/queries.ts";
import { Confirm } from "../../parts/Confirm.tsx";
import { Progress } from "../../parts/Progress.tsx";
import { count } from "../../parts/words.ts";

export interface EvaluateProps {
  project: string;
  model: Model;
  onDone: () => void;
  onClose: () => void;
}

/** Judges a model anew, by the documents as they are tagged now. */
export function Evaluate({ project, model, onDone, onClose }: EvaluateProps) {
  const client = useQueryClient();
  const notices = useNotices();
  const documents = useQuery(documentsQuery(project));
  const [by, setBy] = useState("same");
  const [job, setJob] = useState<Job>();
  const marked = (documents.data ?? []).filter(
    ({ tagged, dataset }) => tagged && dataset === "Test",
  ).length;

  async function evaluate() {
    const ended = await run<Job>(
      "POST",
      projects(project, "models", model.label, ":evaluate"),
      { body: by === "manual" ? { kind: "manual" } : {} },
      { onProgress: setJob },
    );
    await client.invalidateQueries({ queryKey: evaluationKey(project) });
    await client.invalidateQueries(modelsQuery(project));
    const [warning] = ended.warnings;
    notices.done({
      title: `${model.label} is evaluated`,
      ...(warning ? { body: warning.message } : {}),
    });
    onDone();
  }

  return (
    <Confirm
      title={`Evaluate ${model.label} again?`}
      action="Evaluate"
      onConfirm={evaluate}
      onClose={onClose}
    >
      <Text block>
        The model is judged by the documents as they are tagged now, and its scores are replaced. It
        learns nothing by that.
      </Text>
      <RadioGroup
        value={by}
        onChange={(_, { value }) => setBy(value)}
        aria-label="The documents to judge by"
      >
        <Radio value="same" label="A test set dealt out as for its training" />
        <Radio
          value="manual"
          disabled={marked === 0}
          label={`The documents that are marked Test: ${count(marked, "tagged document")}`}
        />
      </RadioGroup>
      {job !== undefined && <Progress title="Evaluating" job={job} />}
    </Confirm>
  );
}
