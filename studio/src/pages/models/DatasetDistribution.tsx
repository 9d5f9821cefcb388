import {
  Card,
  makeStyles,
  Radio,
  RadioGroup,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from "@fluentui/react-components";
import { DataPieRegular } from "@fluentui/react-icons";
import { Fragment, useState } from "react";
import type { Datasets, Report } from "../../evaluation/answers.ts";
import { Bar } from "../../evaluation/Bar.tsx";
import { categoriesOf, labelsOf } from "../../evaluation/guidance.ts";
import { pageAddress, typeAddress } from "../../parts/addresses.ts";
import { ButtonLink } from "../../parts/ButtonLink.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { NumberHeader } from "../../parts/NumberHeader.tsx";
import { PageLink } from "../../parts/PageLink.tsx";
import { number } from "../../parts/words.ts";

const SETS = ["train", "validation", "test"] as const;

const TITLES: Record<keyof Datasets, string> = {
  train: "Training",
  validation: "Validation",
  test: "Test",
};

const useStyles = makeStyles({
  card: { overflowX: "auto" },
  table: { minWidth: "760px" },
  name: { width: "22%" },
  number: { textAlign: "right", fontVariantNumeric: "tabular-nums" },
  graph: {
    display: "grid",
    gridTemplateColumns: "minmax(120px, 220px) minmax(0, 1fr)",
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalM,
    margin: 0,
    alignItems: "center",
  },
  type: { overflowWrap: "anywhere" },
  line: {
    display: "grid",
    gridTemplateColumns: "80px minmax(0, 1fr) 56px",
    alignItems: "center",
    columnGap: tokens.spacingHorizontalS,
    fontSize: tokens.fontSizeBase200,
  },
  bars: { margin: 0 },
  quiet: { color: tokens.colorNeutralForeground3 },
});

export interface DatasetDistributionProps {
  project: string;
  report: Report | null;
}

/** How the labels that a model was trained on were dealt out to its sets. */
export function DatasetDistribution({ project, report }: DatasetDistributionProps) {
  const styles = useStyles();
  const [view, setView] = useState("table");
  const datasets = report?.datasets;
  if (datasets === undefined) {
    return (
      <Empty
        icon={<DataPieRegular />}
        title="Labels were not counted when this model was trained"
        action={<ButtonLink to={pageAddress(project, "train")}>Train it again</ButtonLink>}
      >
        It is of an older version. What is tagged now is on the page Improve model.
      </Empty>
    );
  }
  return (
    <>
      <Text className={styles.quiet}>
        What the model was trained on:{" "}
        {SETS.map(
          (set) => `${number(datasets[set].documentCount)} ${TITLES[set].toLowerCase()}`,
        ).join(", ")}{" "}
        documents.
      </Text>
      <RadioGroup
        layout="horizontal"
        value={view}
        onChange={(_, { value }) => setView(value)}
        aria-label="Show as"
      >
        <Radio value="table" label="Table" />
        <Radio value="graph" label="Graph" />
      </RadioGroup>
      <Card className={styles.card}>
        {view === "graph" ? (
          <Graph datasets={datasets} />
        ) : (
          <Counts project={project} datasets={datasets} />
        )}
      </Card>
    </>
  );
}

function Counts({ project, datasets }: { project: string; datasets: Datasets }) {
  const styles = useStyles();
  const documents = (category: string) =>
    SETS.map((set) => datasets[set].entities[category]?.documentCount ?? 0);
  return (
    <Table size="small" className={styles.table} aria-label="Labels and documents by set">
      <TableHeader>
        <TableRow>
          <TableHeaderCell className={styles.name}>Entity type</TableHeaderCell>
          {SETS.map((set) => (
            <NumberHeader key={set}>{TITLES[set]} labels</NumberHeader>
          ))}
          <NumberHeader>All labels</NumberHeader>
          {SETS.map((set) => (
            <NumberHeader key={set}>{TITLES[set]} documents</NumberHeader>
          ))}
          <NumberHeader>All documents</NumberHeader>
        </TableRow>
      </TableHeader>
      <TableBody>
        {categoriesOf(datasets).map((category) => (
          <TableRow key={category}>
            <TableCell className={styles.type}>
              <PageLink to={typeAddress(project, category)}>{category}</PageLink>
            </TableCell>
            {SETS.map((set) => (
              <TableCell key={set} className={styles.number}>
                {number(labelsOf(datasets[set], category))}
              </TableCell>
            ))}
            <TableCell className={styles.number}>
              {number(SETS.reduce((sum, set) => sum + labelsOf(datasets[set], category), 0))}
            </TableCell>
            {documents(category).map((count, at) => (
              <TableCell key={SETS[at]} className={styles.number}>
                {number(count)}
              </TableCell>
            ))}
            <TableCell className={styles.number}>
              {number(documents(category).reduce((sum, count) => sum + count, 0))}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Graph({ datasets }: { datasets: Datasets }) {
  const styles = useStyles();
  const categories = categoriesOf(datasets);
  const most = Math.max(
    ...SETS.flatMap((set) => categories.map((category) => labelsOf(datasets[set], category))),
  );
  return (
    <dl className={styles.graph}>
      {categories.map((category) => (
        <Fragment key={category}>
          <dt className={styles.type}>{category}</dt>
          <dd className={styles.bars}>
            {SETS.map((set) => (
              <div key={set} className={styles.line}>
                <span>{TITLES[set]}</span>
                <Bar value={labelsOf(datasets[set], category)} most={most} />
                <span className={styles.number}>{number(labelsOf(datasets[set], category))}</span>
              </div>
            ))}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
