import {
  ArrowDownloadRegular,
  ArrowUndoRegular,
  BeakerRegular,
  ClipboardCheckmarkRegular,
  DeleteRegular,
  RocketRegular,
} from "@fluentui/react-icons";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { projects, read, send } from "../../api/client.ts";
import { run } from "../../api/jobs.ts";
import { modelsQuery, projectQuery } from "../../api/queries.ts";
import type { Job, Model } from "../../api/types.ts";
import { useNotices } from "../../app/Notices.tsx";
import { modelAddress, pageAddress } from "../../parts/addresses.ts";
import { ButtonLink } from "../../parts/ButtonLink.tsx";
import { Confirm } from "../../parts/Confirm.tsx";
import { download } from "../../parts/download.ts";
import { GuardedButton } from "../../parts/Guarded.tsx";
import { count } from "../../parts/words.ts";
import { Evaluate } from "./Evaluate.tsx";

export interface CommandsProps {
  project: string;
  model: Model;
}

/** What can be done with a trained model. */
export function Commands({ project, model }: CommandsProps) {
  const [asking, setAsking] = useState<"evaluate" | "load" | "delete">();
  const client = useQueryClient();
  const navigate = useNavigate();
  const notices = useNotices();
  const { label } = model;
  const chosen = `?model=${encodeURIComponent(label)}`;
  const close = () => setAsking(undefined);

  async function exportLabels() {
    try {
      const job = await run<Job>("POST", projects(project, "labels", ":export"), {
        query: { trainedModelLabel: label },
      });
      const path = projects(project, "labels", "export", "jobs", job.jobId, "result");
      const content = JSON.stringify(await read<unknown>(path), null, 2);
      download(content, `${project}-${label}-labels.json`);
      if (job.warnings.length > 0) {
        notices.done({
          title: "The labels are exported",
          body: `With ${count(job.warnings.length, "remark")}: ${job.warnings[0]?.message}`,
        });
      }
    } catch (error) {
      notices.failed("The labels were not exported", error);
    }
  }

  async function load() {
    const path = projects(project, "models", label, ":load-snapshot");
    const { warnings } = await run<Job>("POST", path);
    await client.invalidateQueries({ queryKey: projectQuery(project).queryKey });
    notices.done({
      title: `The labels are those of ${label}`,
      ...(warnings[0] ? { body: warnings[0].message } : {}),
      link: { text: "Tag data", to: pageAddress(project, "tag") },
    });
  }

  async function remove() {
    await send("DELETE", projects(project, "models", label));
    void navigate(pageAddress(project, "models"));
    await client.invalidateQueries(modelsQuery(project));
    notices.done({ title: `${label} is deleted` });
  }

  return (
    <>
      <ButtonLink to={pageAddress(project, "deploy") + chosen} icon={<RocketRegular />}>
        Deploy
      </ButtonLink>
      <ButtonLink
        to={pageAddress(project, "test") + chosen}
        appearance="secondary"
        icon={<BeakerRegular />}
      >
        Test
      </ButtonLink>
      <GuardedButton
        needs="author"
        appearance="subtle"
        icon={<ClipboardCheckmarkRegular />}
        onClick={() => setAsking("evaluate")}
      >
        Evaluate again
      </GuardedButton>
      <GuardedButton
        needs="author"
        appearance="subtle"
        icon={<ArrowUndoRegular />}
        onClick={() => setAsking("load")}
      >
        Load model data
      </GuardedButton>
      <GuardedButton
        needs="author"
        appearance="subtle"
        icon={<ArrowDownloadRegular />}
        onClick={() => void exportLabels()}
      >
        Export labels
      </GuardedButton>
      <GuardedButton
        needs="author"
        appearance="subtle"
        icon={<DeleteRegular />}
        onClick={() => setAsking("delete")}
      >
        Delete model
      </GuardedButton>
      {asking === "evaluate" && (
        <Evaluate
          project={project}
          model={model}
          onDone={() => void navigate(modelAddress(project, label))}
          onClose={close}
        />
      )}
      {asking === "load" && (
        <Confirm
          title={`Load the data of ${label}?`}
          action="Load model data"
          onConfirm={load}
          onClose={close}
        >
          The labels of the project become those that this model was trained on. What was tagged
          since is lost, unless another model was trained with it or you export it first. Your
          documents stay as they are.
        </Confirm>
      )}
      {asking === "delete" && (
        <Confirm
          title={`Delete the model ${label}?`}
          action="Delete model"
          onConfirm={remove}
          onClose={close}
        >
          Its scores and the labels that it was trained on are gone for good. What is deployed of it
          goes on to answer; the labels of the project stay.
        </Confirm>
      )}
    </>
  );
}
