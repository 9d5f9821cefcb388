import {
  Card,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Subtitle2,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { type Detail, projects, send } from "../../api/client.ts";
import { trainingsQuery } from "../../api/queries.ts";
import { ended, type Model, type TrainingJob } from "../../api/types.ts";
import { useNotices } from "../../app/Notices.tsx";
import { documentAddress, modelAddress } from "../../parts/addresses.ts";
import { PageLink } from "../../parts/PageLink.tsx";
import { Progress } from "../../parts/Progress.tsx";
import { count, duration, moment } from "../../parts/words.ts";
import { AttemptState } from "../../training/AttemptState.tsx";

/** Trainings that are listed; there can be many of a week. */
const LISTED = 20;

const useStyles = makeStyles({
  list: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalS,
    listStyleType: "none",
    margin: 0,
    padding: 0,
  },
  job: { gap: tokens.spacingVerticalXS },
  head: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "baseline",
    columnGap: tokens.spacingHorizontalM,
  },
  name: { flexGrow: 1, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
  reasons: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, overflowWrap: "anywhere" },
});

export interface TrainingJobsProps {
  project: string;
  trainings: readonly TrainingJob[];
  models: readonly Model[];
}

/** The trainings of a project, the newest first: how they stand, and why those failed that did. */
export function TrainingJobs({ project, trainings, models }: TrainingJobsProps) {
  const styles = useStyles();
  const client = useQueryClient();
  const notices = useNotices();

  async function cancel(job: TrainingJob) {
    try {
      await send("POST", projects(project, "train", "jobs", job.jobId, ":cancel"));
    } catch (error) {
      notices.failed("The training was not cancelled", error);
    }
    await client.invalidateQueries(trainingsQuery(project));
  }

  return (
    <ul className={styles.list} aria-label="Training jobs">
      {trainings.slice(0, LISTED).map((job) => {
        const name = job.result.modelLabel;
        return (
          <li key={job.jobId}>
            <Card className={styles.job} size="small">
              {ended(job.status) ? (
                <>
                  <div className={styles.head}>
                    <Subtitle2 className={styles.name}>
                      {job.status === "succeeded" && models.some(({ label }) => label === name) ? (
                        <PageLink to={modelAddress(project, name)}>{name}</PageLink>
                      ) : (
                        name
                      )}
                    </Subtitle2>
                    <AttemptState state={job.status} />
                  </div>
                  <Text size={200} className={styles.quiet}>
                    {moment(job.createdDateTime)}
                    {spent(job)}
                  </Text>
                </>
              ) : (
                <Progress
                  title={`Training ${name}`}
                  job={job}
                  started={job.result.trainingStatus.startDateTime}
                  onCancel={() => void cancel(job)}
                />
              )}
              {job.errors.length > 0 && job.status === "failed" && (
                <Reasons intent="error" details={job.errors} project={project} />
              )}
              {job.warnings.length > 0 && (
                <Reasons intent="warning" details={job.warnings} project={project} />
              )}
            </Card>
          </li>
        );
      })}
    </ul>
  );
}

function spent({ result: { trainingStatus, evaluationStatus } }: TrainingJob): string {
  const end = evaluationStatus.endDateTime ?? trainingStatus.endDateTime;
  if (trainingStatus.startDateTime === undefined || end === undefined) return "";
  const seconds = (Date.parse(end) - Date.parse(trainingStatus.startDateTime)) / 1000;
  return ` · took ${duration(seconds)}`;
}

/** What went wrong, or was passed over, with the documents that it is about. */
function Reasons({
  intent,
  details,
  project,
}: {
  intent: "error" | "warning";
  details: readonly Detail[];
  project: string;
}) {
  const styles = useStyles();
  const shown = details.slice(0, 10);
  return (
    <MessageBar intent={intent} layout="multiline">
      <MessageBarBody>
        <ul className={styles.reasons}>
          {shown.map(({ message, target }) => (
            <li key={`${target} ${message}`}>
              {target?.endsWith(".txt") && (
                <>
                  <PageLink to={documentAddress(project, target)}>{target}</PageLink>:{" "}
                </>
              )}
              {message}
            </li>
          ))}
          {details.length > shown.length && (
            <li>and {count(details.length - shown.length, "document")} more</li>
          )}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}
