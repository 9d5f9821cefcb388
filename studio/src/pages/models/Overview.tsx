import {
  Card,
  makeStyles,
  mergeClasses,
  Subtitle2,
  Text,
  tokens,
} from "@fluentui/react-components";
import type { Model } from "../../api/types.ts";
import type { Report, Summary } from "../../evaluation/answers.ts";
import { Figure } from "../../parts/Figure.tsx";
import { duration, moment, number, percent } from "../../parts/words.ts";
import { Guidance } from "./Guidance.tsx";
import { LearningCurve } from "./LearningCurve.tsx";

const useStyles = makeStyles({
  top: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(320px, 1fr))",
    gap: tokens.spacingHorizontalL,
  },
  lower: { alignItems: "start" },
  card: { padding: tokens.spacingHorizontalXL, gap: tokens.spacingVerticalM },
  figures: {
    display: "flex",
    flexWrap: "wrap",
    columnGap: tokens.spacingHorizontalXXXL,
    rowGap: tokens.spacingVerticalM,
  },
  quiet: { color: tokens.colorNeutralForeground3 },
  table: {
    borderCollapse: "collapse",
    "& th, & td": {
      padding: "3px 16px 3px 0",
      textAlign: "right",
      fontVariantNumeric: "tabular-nums",
    },
    "& th": { fontWeight: tokens.fontWeightRegular, color: tokens.colorNeutralForeground3 },
  },
});

export interface OverviewProps {
  project: string;
  model: Model;
  evaluation: Summary["customEntityRecognitionEvaluation"];
  options: Summary["evaluationOptions"];
  report: Report | null;
}

/** How good a model is in all, what would make it better, and how it came to be. */
export function Overview({ project, model, evaluation, options, report }: OverviewProps) {
  const styles = useStyles();
  return (
    <>
      <div className={styles.top}>
        <Card className={styles.card} role="group" aria-label="Macro scores">
          <div className={styles.figures}>
            <Figure name="Macro F1 score" large>
              {evaluation.macroF1.toFixed(2)}
            </Figure>
            <Figure name="Macro precision" large>
              {evaluation.macroPrecision.toFixed(2)}
            </Figure>
            <Figure name="Macro recall" large>
              {evaluation.macroRecall.toFixed(2)}
            </Figure>
          </div>
          <Text size={200} className={styles.quiet}>
            The mean over the entity types, each of them counting the same. Counted entity by entity
            (micro): F1 {evaluation.microF1.toFixed(2)}, precision{" "}
            {evaluation.microPrecision.toFixed(2)}, recall {evaluation.microRecall.toFixed(2)}.
          </Text>
        </Card>
        <Card className={styles.card}>
          <div className={styles.figures}>
            <Figure name="Trained at">{moment(model.lastTrainedDateTime)}</Figure>
            <Figure name="Duration">{duration(model.lastTrainingDurationInSeconds)}</Figure>
            <Figure name="Training set">{number(model.trainingDocumentsCount)}</Figure>
            <Figure name="Validation set">{number(model.validationDocumentsCount)}</Figure>
            <Figure name="Test set">{number(model.testingDocumentsCount)}</Figure>
          </div>
          <Text size={200} className={styles.quiet}>
            Documents were split {splitInWords(options)}. Scores of two trainings are comparable
            only where they were judged by the same documents.
          </Text>
        </Card>
      </div>
      <Guidance project={project} evaluation={evaluation} report={report} />
      {report !== null && (
        <div className={mergeClasses(styles.top, styles.lower)}>
          <Card className={styles.card}>
            <Subtitle2 as="h2">What more documents would bring</Subtitle2>
            <Text>{report.learningCurve.projection.message}</Text>
            <LearningCurve curve={report.learningCurve} />
          </Card>
          <Confidence report={report} />
          <Recipe report={report} />
        </div>
      )}
    </>
  );
}

function splitInWords({
  kind,
  trainingSplitPercentage: train = 0,
  testingSplitPercentage: test = 0,
}: Summary["evaluationOptions"]): string {
  if (kind === "manual") return "by hand, as they are marked";
  const rest = 100 - train - test;
  return `${train} / ${rest > 0 ? `${rest} / ` : ""}${test} %, the last of them for the test`;
}

type Threshold = Report["confidence"]["thresholds"][number];

/** Leave out the thresholds that change nothing against the one before. */
function telling(thresholds: readonly Threshold[]): Threshold[] {
  return thresholds.filter(
    ({ predictedEntityCount }, at) =>
      predictedEntityCount !== thresholds[at - 1]?.predictedEntityCount,
  );
}

function Confidence({ report: { confidence } }: { report: Report }) {
  const styles = useStyles();
  return (
    <Card className={styles.card}>
      <Subtitle2 as="h2">What confidences are worth</Subtitle2>
      <Text>
        {confidence.message} In the test set they are off by{" "}
        {percent(confidence.expectedCalibrationError)} on average.
      </Text>
      {confidence.thresholds.length > 0 && (
        <table className={styles.table}>
          <caption className={styles.quiet} style={{ textAlign: "left" }}>
            If only predictions of at least this confidence were kept
          </caption>
          <thead>
            <tr>
              <th scope="col">Confidence</th>
              <th scope="col">Precision</th>
              <th scope="col">Recall</th>
              <th scope="col">F1 score</th>
            </tr>
          </thead>
          <tbody>
            {telling(confidence.thresholds).map((one) => (
              <tr key={one.confidenceAtLeast}>
                <td>{one.confidenceAtLeast.toFixed(2)}</td>
                <td>{one.precision.toFixed(2)}</td>
                <td>{one.recall.toFixed(2)}</td>
                <td>{one.f1.toFixed(2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function Recipe({ report: { recipe, training } }: { report: Report }) {
  const styles = useStyles();
  return (
    <Card className={styles.card}>
      <Subtitle2 as="h2">How it learned</Subtitle2>
      <Text>
        {recipe?.message ?? "There was one way of learning, with nothing to choose from."} It
        learned from {number(training.documentCount)} documents of {number(training.characterCount)}{" "}
        characters in all.
      </Text>
      {recipe !== undefined && (
        <table className={styles.table}>
          <caption className={styles.quiet} style={{ textAlign: "left" }}>
            Ways of learning that were tried, each judged by documents left out of it
          </caption>
          <thead>
            <tr>
              <th scope="col" style={{ textAlign: "left" }}>
                Recipe
              </th>
              <th scope="col">F1 score</th>
            </tr>
          </thead>
          <tbody>
            {recipe.candidates.map(({ name, f1 }) => (
              <tr key={name}>
                <td style={{ textAlign: "left" }}>
                  {name === recipe.chosen ? <strong>{name} (chosen)</strong> : name}
                </td>
                <td>{f1.toFixed(3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
