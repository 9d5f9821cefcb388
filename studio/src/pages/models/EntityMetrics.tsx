import {
  Button,
  Card,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
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
import { ChevronDownRegular, ChevronRightRegular } from "@fluentui/react-icons";
import { Fragment, useId, useState } from "react";
import type { EntityScores, Report, Summary } from "../../evaluation/answers.ts";
import { categoriesOf, labelsOf } from "../../evaluation/guidance.ts";
import { typeAddress } from "../../parts/addresses.ts";
import { NumberHeader } from "../../parts/NumberHeader.tsx";
import { PageLink } from "../../parts/PageLink.tsx";
import { number } from "../../parts/words.ts";

const useStyles = makeStyles({
  card: { overflowX: "auto" },
  table: { minWidth: "900px" },
  type: { width: "26%" },
  name: { display: "flex", alignItems: "center", overflowWrap: "anywhere", minWidth: 0 },
  number: { textAlign: "right", fontVariantNumeric: "tabular-nums" },
  more: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(220px, 1fr))",
    gap: tokens.spacingHorizontalXL,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXXXL}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL, fontSize: tokens.fontSizeBase200 },
  quiet: { color: tokens.colorNeutralForeground3 },
});

const COLUMNS = [
  "F1 score",
  "Precision",
  "Recall",
  "Training labels",
  "Test labels",
  "True positives",
  "False positives",
  "False negatives",
];

export interface EntityMetricsProps {
  project: string;
  evaluation: Summary["customEntityRecognitionEvaluation"];
  report: Report | null;
}

/** The scores of each entity type, with what the model goes by. */
export function EntityMetrics({ project, evaluation, report }: EntityMetricsProps) {
  const styles = useStyles();
  const judged = Object.entries(evaluation.entities);
  const known = report?.datasets ? categoriesOf(report.datasets) : [];
  const absent = known.filter((category) => evaluation.entities[category] === undefined);
  return (
    <>
      {absent.length > 0 && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>Not in the test set</MessageBarTitle>
            {absent.map((category, at) => (
              <Fragment key={category}>
                {at > 0 && ", "}
                <PageLink to={typeAddress(project, category)}>{category}</PageLink>
              </Fragment>
            ))}
            . No document of the test set has a label of {absent.length === 1 ? "it" : "them"}, so
            there are no scores: nothing is known of how well{" "}
            {absent.length === 1 ? "it is" : "they are"} found. Tag more documents with{" "}
            {absent.length === 1 ? "it" : "them"}, then train again.
          </MessageBarBody>
        </MessageBar>
      )}
      <Card className={styles.card}>
        <Table size="small" className={styles.table} aria-label="Entity performance metrics">
          <TableHeader>
            <TableRow>
              <TableHeaderCell className={styles.type}>Entity type</TableHeaderCell>
              {COLUMNS.map((title) => (
                <NumberHeader key={title}>{title}</NumberHeader>
              ))}
            </TableRow>
          </TableHeader>
          <TableBody>
            {judged.map(([category, scores]) => (
              <TypeRows key={category} category={category} scores={scores} report={report} />
            ))}
          </TableBody>
        </Table>
      </Card>
      <Text size={200} className={styles.quiet}>
        An entity counts as found where both its type and its borders are as tagged. One of a wrong
        type is a false positive of the predicted type and a false negative of the tagged one.
      </Text>
    </>
  );
}

interface TypeRowsProps {
  category: string;
  scores: EntityScores;
  report: Report | null;
}

function TypeRows({ category, scores, report }: TypeRowsProps) {
  const styles = useStyles();
  const id = useId();
  const [open, setOpen] = useState(false);
  const tagged = scores.truePositiveCount + scores.falseNegativeCount;
  // Predicted without ever being tagged there: only precision has a meaning.
  const told = (value: number) => (tagged === 0 ? "–" : value.toFixed(2));
  const train = report?.datasets ? labelsOf(report.datasets.train, category) : undefined;
  const cells = [
    told(scores.f1),
    scores.precision.toFixed(2),
    told(scores.recall),
    train === undefined ? "–" : number(train),
    number(tagged),
    number(scores.truePositiveCount),
    number(scores.falsePositiveCount),
    number(scores.falseNegativeCount),
  ];
  return (
    <>
      <TableRow>
        <TableCell className={styles.type}>
          <span className={styles.name}>
            <Button
              appearance="transparent"
              size="small"
              icon={open ? <ChevronDownRegular /> : <ChevronRightRegular />}
              aria-label={`What the model goes by for ${category}`}
              aria-expanded={open}
              aria-controls={open ? id : undefined}
              onClick={() => setOpen(!open)}
            />
            {category}
          </span>
        </TableCell>
        {cells.map((cell, at) => (
          <TableCell key={COLUMNS[at]} className={styles.number}>
            {cell}
          </TableCell>
        ))}
      </TableRow>
      {open && (
        <TableRow id={id}>
          <TableCell colSpan={COLUMNS.length + 1}>
            <Behind category={category} report={report} tagged={tagged} />
          </TableCell>
        </TableRow>
      )}
    </>
  );
}

function Behind({ category, report, tagged }: Omit<TypeRowsProps, "scores"> & { tagged: number }) {
  const styles = useStyles();
  const strongest = report?.strongestFeatures[category];
  const mistakes = report?.mistakes.entities[category];
  return (
    <div className={styles.more}>
      {tagged === 0 && (
        <Text size={200}>
          Nothing in the test set is tagged so; all that was predicted of it is wrong there.
        </Text>
      )}
      {strongest === undefined ? (
        <Text size={200}>Nothing is known of what the model goes by for this type.</Text>
      ) : (
        <>
          <Features title="Speaks for it" features={strongest.supporting} />
          <Features title="Speaks against it" features={strongest.opposing} />
        </>
      )}
      {mistakes !== undefined && (
        <div>
          <Text weight="semibold">Mistakes of the training's test</Text>
          <ul className={styles.list}>
            <li>missed: {mistakes.missedCount}</li>
            <li>predicted, but not tagged: {mistakes.spuriousCount}</li>
            <li>wrong type: {mistakes.wrongTypeCount}</li>
            <li>wrong border: {mistakes.wrongBorderCount}</li>
          </ul>
        </div>
      )}
    </div>
  );
}

function Features({ title, features }: { title: string; features: { feature: string }[] }) {
  const styles = useStyles();
  return (
    <div>
      <Text weight="semibold">{title}</Text>
      <ol className={styles.list}>
        {features.map(({ feature }) => (
          <li key={feature}>{feature}</li>
        ))}
      </ol>
    </div>
  );
}
