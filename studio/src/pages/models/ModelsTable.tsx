import {
  Card,
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from "@fluentui/react-components";
import { ended, type Model, type TrainingJob } from "../../api/types.ts";
import { modelAddress, pageAddress } from "../../parts/addresses.ts";
import { NumberHeader } from "../../parts/NumberHeader.tsx";
import { PageLink } from "../../parts/PageLink.tsx";
import { duration, moment, number } from "../../parts/words.ts";
import { AttemptState } from "../../training/AttemptState.tsx";
import type { Attempt } from "../../training/attempts.ts";

const useStyles = makeStyles({
  card: { overflowX: "auto" },
  table: { minWidth: "860px" },
  name: { overflowWrap: "anywhere", width: "22%" },
  moment: { width: "17%" },
  number: { textAlign: "right", fontVariantNumeric: "tabular-nums" },
  reason: { color: tokens.colorNeutralForeground3, overflowWrap: "anywhere" },
  two: { paddingTop: tokens.spacingVerticalS, paddingBottom: tokens.spacingVerticalS },
});

/** The models of a project, and the trainings that have not made one. */
export function ModelsTable({
  project,
  attempts,
}: {
  project: string;
  attempts: readonly Attempt[];
}) {
  const styles = useStyles();
  return (
    <Card className={styles.card}>
      <Table className={styles.table} aria-label="Models">
        <TableHeader>
          <TableRow>
            <TableHeaderCell className={styles.name}>Name</TableHeaderCell>
            <TableHeaderCell>Status</TableHeaderCell>
            <NumberHeader>F1 score</NumberHeader>
            <TableHeaderCell className={styles.moment}>Trained at</TableHeaderCell>
            <NumberHeader>Duration</NumberHeader>
            <NumberHeader>Training set</NumberHeader>
            <NumberHeader>Validation set</NumberHeader>
            <NumberHeader>Test set</NumberHeader>
          </TableRow>
        </TableHeader>
        <TableBody>
          {attempts.map((attempt) =>
            attempt.kind === "model" ? (
              <ModelRow key={attempt.model.modelId} project={project} model={attempt.model} />
            ) : (
              <TrainingRow key={attempt.job.jobId} project={project} job={attempt.job} />
            ),
          )}
        </TableBody>
      </Table>
    </Card>
  );
}

function ModelRow({ project, model }: { project: string; model: Model }) {
  const styles = useStyles();
  return (
    <TableRow>
      <TableCell className={styles.name}>
        <PageLink to={modelAddress(project, model.label)}>{model.label}</PageLink>
      </TableCell>
      <TableCell>
        <AttemptState state="succeeded" />
      </TableCell>
      <TableCell className={styles.number}>{model.f1.toFixed(2)}</TableCell>
      <TableCell className={styles.moment}>{moment(model.lastTrainedDateTime)}</TableCell>
      <TableCell className={styles.number}>
        {duration(model.lastTrainingDurationInSeconds)}
      </TableCell>
      <TableCell className={styles.number}>{number(model.trainingDocumentsCount)}</TableCell>
      <TableCell className={styles.number}>{number(model.validationDocumentsCount)}</TableCell>
      <TableCell className={styles.number}>{number(model.testingDocumentsCount)}</TableCell>
    </TableRow>
  );
}

/** A training that runs, failed or was cancelled: there is nothing to open, but something to say. */
function TrainingRow({ project, job }: { project: string; job: TrainingJob }) {
  const styles = useStyles();
  const [error] = job.errors;
  return (
    <TableRow>
      <TableCell className={styles.name}>{job.result.modelLabel}</TableCell>
      <TableCell>
        <AttemptState state={job.status} />
      </TableCell>
      <TableCell colSpan={6} className={styles.two}>
        <Text size={200} className={styles.reason}>
          {!ended(job.status)
            ? `${job.phase || "starting"}, ${job.percentComplete} %. `
            : error && job.status === "failed"
              ? `${error.message} `
              : `${moment(job.createdDateTime)}. `}
          <PageLink to={pageAddress(project, "train")}>See the training</PageLink>
        </Text>
      </TableCell>
    </TableRow>
  );
}
