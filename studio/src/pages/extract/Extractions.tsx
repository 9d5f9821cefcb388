import {
  Card,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Subtitle2,
  Text,
  tokens,
} from "@fluentui/react-components";
import { ArrowClockwiseRegular, ArrowDownloadRegular, DeleteRegular } from "@fluentui/react-icons";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { projects, send } from "../../api/client.ts";
import { extractionsQuery } from "../../api/queries.ts";
import { type Extraction, ended } from "../../api/types.ts";
import { Confirm } from "../../parts/Confirm.tsx";
import { download } from "../../parts/download.ts";
import { GuardedButton } from "../../parts/Guarded.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { Progress } from "../../parts/Progress.tsx";
import { useAct } from "../../parts/useAct.ts";
import { moment } from "../../parts/words.ts";
import { howFar, outcome, resumable, subject } from "./told.ts";

const useStyles = makeStyles({
  list: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalS,
    listStyleType: "none",
    margin: 0,
    padding: 0,
  },
  job: { gap: tokens.spacingVerticalS },
  name: { overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
  acts: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
});

export interface ExtractionsProps {
  project: string;
  extractions: readonly Extraction[];
}

/** The extractions of a container, the newest first, and what can be done with each. */
export function Extractions({ project, extractions }: ExtractionsProps) {
  const styles = useStyles();
  return (
    <ul className={styles.list} aria-label="Extractions">
      {extractions.map((job) => (
        <li key={job.jobId}>
          <Card className={styles.job} size="small">
            {ended(job.status) ? (
              <Ended project={project} job={job} />
            ) : (
              <UnderWay project={project} job={job} />
            )}
          </Card>
        </li>
      ))}
    </ul>
  );
}

function UnderWay({ project, job }: { project: string; job: Extraction }) {
  const client = useQueryClient();
  const { error, act } = useAct(async () => {
    await send("POST", projects(project, "extractions", job.jobId, ":cancel"));
    await client.invalidateQueries(extractionsQuery(project));
  });
  return (
    <>
      <Progress title={subject(job)} job={howFar(job)} onCancel={() => void act()} />
      {error !== undefined && <Problem error={error} title="The extraction was not cancelled" />}
    </>
  );
}

function Ended({ project, job }: { project: string; job: Extraction }) {
  const styles = useStyles();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const address = (...parts: string[]) => projects(project, "extractions", job.jobId, ...parts);
  const renew = () => client.invalidateQueries(extractionsQuery(project));

  const saving = useAct(async () => {
    const parts: string[] = [];
    let next: string | undefined = address("result");
    while (next !== undefined) {
      const page: { text: string; next: string | undefined } = await send("GET", next);
      parts.push(page.text);
      next = page.next;
    }
    download(
      new Blob(parts),
      `${project}-${job.createdDateTime.slice(0, 19).replaceAll(":", "-")}.jsonl`,
    );
  });
  const resuming = useAct(async () => {
    await send("POST", address(":resume"));
    await renew();
  });
  const error = saving.error ?? resuming.error;

  return (
    <>
      <Subtitle2 className={styles.name}>{subject(job)}</Subtitle2>
      <Text>{outcome(job)}</Text>
      <Text size={200} className={styles.quiet}>
        {moment(job.createdDateTime)} · kept until {moment(job.expirationDateTime)}
      </Text>
      {job.errors.map(({ message }) => (
        <MessageBar key={message} intent="error" layout="multiline">
          <MessageBarBody>{message}</MessageBarBody>
        </MessageBar>
      ))}
      {error !== undefined && <Problem error={error} />}
      <div className={styles.acts}>
        <GuardedButton
          needs="reader"
          size="small"
          icon={<ArrowDownloadRegular />}
          disabled={saving.busy || job.documentsDone + job.documentsFailed === 0}
          onClick={() => void saving.act()}
        >
          {saving.busy ? "Reading…" : "Download results"}
        </GuardedButton>
        {resumable(job) && (
          <GuardedButton
            needs="author"
            size="small"
            icon={<ArrowClockwiseRegular />}
            disabled={resuming.busy}
            onClick={() => void resuming.act()}
          >
            Resume
          </GuardedButton>
        )}
        <GuardedButton
          needs="author"
          size="small"
          appearance="subtle"
          icon={<DeleteRegular />}
          onClick={() => setAsking(true)}
        >
          Delete
        </GuardedButton>
      </div>
      {asking && (
        <Confirm
          title="Delete this extraction?"
          action="Delete"
          onConfirm={async () => {
            await send("DELETE", address());
            await renew();
          }}
          onClose={() => setAsking(false)}
        >
          Its results go with it. The documents stay as they are.
        </Confirm>
      )}
    </>
  );
}
