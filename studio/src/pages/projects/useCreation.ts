/** Makes the project of a draft, once. */

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useNavigate } from "react-router";
import { ApiError, projects, send } from "../../api/client.ts";
import { run } from "../../api/jobs.ts";
import { MEDIA } from "../../api/labels.ts";
import { containersQuery, projectsQuery } from "../../api/queries.ts";
import type { Job } from "../../api/types.ts";
import { useNotices } from "../../app/Notices.tsx";
import { useAct } from "../../parts/useAct.ts";
import { type Draft, nameFault, settingsOf } from "./draft.ts";
import { fileFor } from "./labelsFile.ts";

export interface Creation {
  busy: boolean;
  /** The import of the labels file, while it runs. */
  job: Job | undefined;
  error: unknown;
  create: () => Promise<void>;
}

export function useCreation(draft: Draft): Creation {
  const client = useQueryClient();
  const navigate = useNavigate();
  const notices = useNotices();
  // A second press comes before the button can be drawn anew.
  const started = useRef(false);
  const [job, setJob] = useState<Job>();

  async function make() {
    // The same request changes a project that is there: somebody may have made it meanwhile.
    const present = await client.fetchQuery({ ...projectsQuery, staleTime: 0 });
    const names = present.map(({ projectName }) => projectName);
    const fault = nameFault(draft.name, names);
    if (fault !== undefined) throw new ApiError(409, { code: "Conflict", message: fault });
    if (draft.file === undefined) {
      const body = settingsOf(draft);
      await send("PATCH", projects(draft.name), { body, type: "application/merge-patch+json" });
    } else {
      const path = projects(draft.name, "labels", ":import");
      await run("POST", path, { body: fileFor(draft), type: MEDIA }, { onProgress: setJob });
    }
  }

  const { busy, error, act } = useAct(async () => {
    try {
      await make();
      void client.invalidateQueries(projectsQuery);
      void client.invalidateQueries(containersQuery);
      notices.done({ title: `The project ${draft.name} is created` });
      await navigate(`/projects/${encodeURIComponent(draft.name)}/tag`);
    } catch (reason) {
      started.current = false;
      throw reason;
    } finally {
      setJob(undefined);
    }
  });

  async function create() {
    if (started.current) return;
    started.current = true;
    await act();
  }

  return { busy, job, error, create };
}
