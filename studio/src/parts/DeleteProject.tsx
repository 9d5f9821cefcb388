import { makeStyles, tokens } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { projects } from "../api/client.ts";
import { run } from "../api/jobs.ts";
import { containersQuery, projectsQuery } from "../api/queries.ts";
import type { Job } from "../api/types.ts";
import { useNotices } from "../app/Notices.tsx";
import { Confirm } from "./Confirm.tsx";
import { Progress } from "./Progress.tsx";

const useStyles = makeStyles({ first: { marginBottom: tokens.spacingVerticalM } });

export interface DeleteProjectProps {
  project: string;
  container: string;
  /** Leads away from where the project is shown. */
  onDeleted?: () => Promise<void> | void;
  onClose: () => void;
}

/** Asks for the project's name, deletes it, and shows how far that is. */
export function DeleteProject({ project, container, onDeleted, onClose }: DeleteProjectProps) {
  const styles = useStyles();
  const client = useQueryClient();
  const notices = useNotices();
  const [job, setJob] = useState<Job>();

  async function remove() {
    try {
      await run("DELETE", projects(project), {}, { onProgress: setJob });
    } finally {
      setJob(undefined);
    }
    void client.invalidateQueries(containersQuery);
    await client.invalidateQueries(projectsQuery);
    notices.done({ title: `The project ${project} is deleted` });
    await onDeleted?.();
    // What was read of it is old now, but must not be asked for again by what is still shown.
    void client.invalidateQueries({ queryKey: ["project", project], refetchType: "none" });
  }

  return (
    <Confirm
      title={`Delete the project ${project}?`}
      action="Delete"
      typed={project}
      onConfirm={remove}
      onClose={onClose}
    >
      <p className={styles.first}>
        Its labels, its trained models and its deployments go, and what is deployed answers no more.
        This cannot be undone.
      </p>
      <p>
        Your documents stay where they are, in the container <strong>{container}</strong>.
      </p>
      {job !== undefined && <Progress title="Deleting the project" job={job} />}
    </Confirm>
  );
}
