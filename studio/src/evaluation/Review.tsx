import {
  Button,
  Card,
  CounterBadge,
  makeStyles,
  mergeClasses,
  Spinner,
  Subtitle2,
  Switch,
  Text,
  tokens,
} from "@fluentui/react-components";
import { CheckmarkCircleRegular, DocumentSearchRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { documentAddress } from "../parts/addresses.ts";
import { Empty } from "../parts/Empty.tsx";
import { PageLink } from "../parts/PageLink.tsx";
import { Problem } from "../parts/Problem.tsx";
import { count, percent } from "../parts/words.ts";
import type { JudgedSet } from "./answers.ts";
import { JudgedText } from "./JudgedText.tsx";
import { MarkedText } from "./MarkedText.tsx";
import { type Marked, markedOf, scoresOf } from "./marks.ts";
import { evaluatedQuery } from "./queries.ts";
import { ORDER, VERDICTS, VerdictIcon } from "./Verdict.tsx";

const ONLY_WRONG = "spanwright.onlyWrong";

const useStyles = makeStyles({
  bar: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    columnGap: tokens.spacingHorizontalXL,
  },
  key: {
    display: "flex",
    flexWrap: "wrap",
    columnGap: tokens.spacingHorizontalL,
    listStyleType: "none",
    margin: 0,
    padding: 0,
  },
  columns: {
    display: "grid",
    gridTemplateColumns: "minmax(200px, 260px) minmax(0, 1fr)",
    gap: tokens.spacingHorizontalL,
    alignItems: "start",
    "@media (max-width: 900px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  list: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    maxHeight: "70vh",
    overflowY: "auto",
  },
  item: {
    width: "100%",
    justifyContent: "space-between",
    fontWeight: tokens.fontWeightRegular,
    minWidth: 0,
    position: "relative",
  },
  heard: { position: "absolute", clipPath: "inset(50%)" },
  current: {
    backgroundColor: tokens.colorNeutralBackground6,
    // In high contrast, all that tells it.
    boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}`,
  },
  name: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  document: { padding: tokens.spacingHorizontalXL, minWidth: 0 },
  head: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "baseline",
    columnGap: tokens.spacingHorizontalL,
  },
  title: { flexGrow: 1, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

export interface ReviewProps {
  project: string;
  model: string;
  dataset: JudgedSet;
}

/** The documents of a set, each with what is tagged above what the model predicts. */
export function Review({ project, model, dataset }: ReviewProps) {
  const styles = useStyles();
  const found = useQuery(evaluatedQuery(project, model, dataset));
  const [onlyWrong, setOnlyWrong] = useState(() => localStorage.getItem(ONLY_WRONG) === "yes");
  const [search, setSearch] = useSearchParams();
  const documents = useMemo(
    () =>
      (found.data ?? [])
        .map(markedOf)
        .sort((one, other) => other.mistakes - one.mistakes || one.name.localeCompare(other.name)),
    [found.data],
  );
  if (found.isPending) return <Spinner label="Reading what was predicted" />;
  if (found.error) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
  const set = dataset === "Test" ? "test set" : "validation set";
  if (documents.length === 0) {
    return (
      <Empty icon={<DocumentSearchRegular />} title={`The ${set} of this model is empty`}>
        There were too few documents for one. Tag more of them, then train again.
      </Empty>
    );
  }
  const shown = documents.filter(({ mistakes }) => !onlyWrong || mistakes > 0);
  const wanted = search.get("document");
  const open = shown.find(({ name }) => name === wanted) ?? shown[0];

  function toggle(only: boolean) {
    localStorage.setItem(ONLY_WRONG, only ? "yes" : "no");
    setOnlyWrong(only);
  }

  function choose(name: string) {
    const next = new URLSearchParams(search);
    next.set("document", name);
    setSearch(next, { replace: true });
  }

  return (
    <>
      <div className={styles.bar}>
        <Switch
          label="Show incorrect predictions only"
          checked={onlyWrong}
          onChange={(_, { checked }) => toggle(checked)}
        />
        <Key documents={documents} />
      </div>
      {open === undefined ? (
        <Empty icon={<CheckmarkCircleRegular />} title="Nothing is wrong here">
          The model found every entity of the {set} just as it is tagged:{" "}
          {count(documents.length, "document")} without a mistake.
        </Empty>
      ) : (
        <div className={styles.columns}>
          <Card size="small">
            <ul className={styles.list} aria-label={`Documents of the ${set}`}>
              {shown.map(({ name, mistakes }) => (
                <li key={name}>
                  <Button
                    appearance="subtle"
                    className={mergeClasses(styles.item, name === open.name && styles.current)}
                    aria-current={name === open.name}
                    onClick={() => choose(name)}
                  >
                    <span className={styles.name} title={name}>
                      {name}
                    </span>
                    <CounterBadge
                      aria-hidden
                      count={mistakes}
                      showZero
                      overflowCount={999}
                      color={mistakes > 0 ? "danger" : "informative"}
                      appearance="filled"
                    />
                    <span className={styles.heard}>{count(mistakes, "mistake")}</span>
                  </Button>
                </li>
              ))}
            </ul>
          </Card>
          <Card className={styles.document}>
            <div className={styles.head}>
              <Subtitle2 as="h2" className={styles.title}>
                {open.name}
              </Subtitle2>
              <Text className={styles.quiet}>{count(open.mistakes, "mistake")}</Text>
              <PageLink to={documentAddress(project, open.name)}>Open in Tag data</PageLink>
            </div>
            <JudgedText
              key={open.name}
              project={project}
              document={open.name}
              digest={found.data.find(({ location }) => location === open.name)?.textDigest}
            >
              {(text) => (
                <MarkedText project={project} document={open} text={text} onlyWrong={onlyWrong} />
              )}
            </JudgedText>
          </Card>
        </div>
      )}
    </>
  );
}

/** What the signs mean, with how many there are of each, and the scores that they come to. */
function Key({ documents }: { documents: readonly Marked[] }) {
  const styles = useStyles();
  const marks = documents.flatMap((document) => document.marks);
  const scores = scoresOf(marks);
  return (
    <>
      <ul className={styles.key} aria-label="Predictions by verdict">
        {ORDER.map((verdict) => (
          <li key={verdict}>
            <Text size={200}>
              <VerdictIcon verdict={verdict} />{" "}
              {marks.filter((mark) => mark.verdict === verdict).length} {VERDICTS[verdict].word} (
              {VERDICTS[verdict].counts})
            </Text>
          </li>
        ))}
      </ul>
      <Text size={200} className={styles.quiet}>
        Precision {percent(scores.precision)}, recall {percent(scores.recall)}, F1{" "}
        {percent(scores.f1)}
      </Text>
    </>
  );
}
