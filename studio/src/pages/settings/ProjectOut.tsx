import { makeStyles } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { exportBundle } from "../../api/bundles.ts";
import type { Detail } from "../../api/client.ts";
import type { Ongoing } from "../../api/types.ts";
import { download } from "../../parts/download.ts";
import { GuardedButton } from "../../parts/Guarded.tsx";
import { Remarks } from "../../parts/LabelsReport.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { Progress } from "../../parts/Progress.tsx";
import { useAct } from "../../parts/useAct.ts";
import { Section } from "./Section.tsx";

const useStyles = makeStyles({ left: { alignSelf: "start" } });

/** The whole project as one file. */
export function ProjectOut({ project }: { project: string }) {
  const styles = useStyles();
  const [job, setJob] = useState<Ongoing>();
  const [notices, setNotices] = useState<readonly Detail[]>([]);

  const { busy, error, act } = useAct(async () => {
    setNotices([]);
    try {
      const { bundle, warnings } = await exportBundle(project, setJob);
      download(bundle, `${project}.bundle`);
      setNotices(warnings);
    } finally {
      setJob(undefined);
    }
  });

  return (
    <Section
      title="Export project"
      about="All of it as one file, with documents, labels, models and deployments: to keep, or to be made a project again, here or elsewhere, by Import bundle."
    >
      {job !== undefined && <Progress title="Writing the file" job={job} />}
      {error !== undefined && <Problem title="The project was not exported" error={error} />}
      {notices.length > 0 && <Remarks notices={notices} />}
      <GuardedButton
        needs="owner"
        className={styles.left}
        icon={<ArrowDownloadRegular />}
        disabled={busy}
        onClick={() => void act()}
      >
        {busy ? "Exporting…" : "Export the project"}
      </GuardedButton>
    </Section>
  );
}
