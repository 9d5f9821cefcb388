import { Card, makeStyles, Subtitle2, Text, tokens } from "@fluentui/react-components";
import { CheckmarkCircleFilled, WarningFilled } from "@fluentui/react-icons";
import { useMemo } from "react";
import type { Report, Summary } from "../../evaluation/answers.ts";
import {
  type Advice,
  adviceOn,
  BALANCE,
  CONFUSED,
  DRIFT,
  ENOUGH_LABELS,
  type Rule,
} from "../../evaluation/guidance.ts";
import { typeAddress } from "../../parts/addresses.ts";
import { PageLink } from "../../parts/PageLink.tsx";

interface Words {
  title: string;
  rule: string;
  todo: string;
}

const WORDS: Record<Rule, Words> = {
  few: {
    title: "Enough examples",
    rule: `Each type should have at least ${ENOUGH_LABELS} labels in the training set.`,
    todo: "Tag more of these:",
  },
  untested: {
    title: "Every type is tested",
    rule: "Each type should be in the test set, or nothing is known of how well it is found.",
    todo: "Tag these in more documents, or mark some of theirs for the test set:",
  },
  unbalanced: {
    title: "Balanced types",
    rule: `No type should have less than a third of the labels that types have on average, or more than ${BALANCE} times as many.`,
    todo: "Out of balance in the training set:",
  },
  drifting: {
    title: "Test set like training set",
    rule: `A type's share of the test set's labels should not be more than ${DRIFT} times that in the training set, nor less than half of it.`,
    todo: "Tagged in other proportions:",
  },
  confused: {
    title: "Types that can be told apart",
    rule: `Less than ${CONFUSED} % of a type should be taken for another one.`,
    todo: "Make one type of two, or tag more examples in which they differ:",
  },
};

/** Findings that are listed under a rule. */
const LISTED = 6;

const useStyles = makeStyles({
  frame: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  cards: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fill, minmax(280px, 1fr))",
    gap: tokens.spacingHorizontalM,
  },
  head: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS },
  good: { color: tokens.colorStatusSuccessForeground1, fontSize: "20px", flexShrink: 0 },
  bad: { color: tokens.colorStatusWarningForeground1, fontSize: "20px", flexShrink: 0 },
  quiet: { color: tokens.colorNeutralForeground3 },
  found: {
    margin: 0,
    paddingLeft: tokens.spacingHorizontalL,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: "anywhere",
  },
});

export interface GuidanceProps {
  project: string;
  evaluation: Summary["customEntityRecognitionEvaluation"];
  report: Report | null;
}

/** A card for each rule that labels should keep: kept, or which types break it, and by how much. */
export function Guidance({ project, evaluation, report }: GuidanceProps) {
  const styles = useStyles();
  const datasets = report?.datasets;
  const advice = useMemo(
    () => (datasets ? adviceOn(datasets, evaluation.confusionMatrix) : []),
    [datasets, evaluation],
  );
  return (
    <section className={styles.frame} aria-labelledby="guidance">
      <Subtitle2 as="h2" id="guidance">
        Guidance
      </Subtitle2>
      {datasets === undefined ? (
        <Text className={styles.quiet}>
          This model was trained before its labels were counted. Train it again to have guidance.
        </Text>
      ) : (
        <div className={styles.cards}>
          {advice.map((one) => (
            <RuleCard key={one.rule} project={project} advice={one} />
          ))}
        </div>
      )}
    </section>
  );
}

function RuleCard({ project, advice: { rule, findings } }: { project: string; advice: Advice }) {
  const styles = useStyles();
  const { title, rule: words, todo } = WORDS[rule];
  const good = findings.length === 0;
  return (
    <Card role="group" aria-label={title}>
      <div className={styles.head}>
        {good ? (
          <CheckmarkCircleFilled className={styles.good} aria-label="Kept" />
        ) : (
          <WarningFilled className={styles.bad} aria-label="Look at this" />
        )}
        <Text weight="semibold">{title}</Text>
      </div>
      <Text size={200} className={styles.quiet}>
        {words}
      </Text>
      {good ? (
        <Text size={200}>All types keep to it.</Text>
      ) : (
        <>
          <Text size={200}>{todo}</Text>
          <ul className={styles.found}>
            {findings.slice(0, LISTED).map(({ category, numbers }) => (
              <li key={`${category} ${numbers}`}>
                <PageLink to={typeAddress(project, category)}>{category}</PageLink>: {numbers}
              </li>
            ))}
            {findings.length > LISTED && (
              <li>
                <details>
                  <summary>and {findings.length - LISTED} more</summary>
                  <ul className={styles.found}>
                    {findings.slice(LISTED).map(({ category, numbers }) => (
                      <li key={`${category} ${numbers}`}>
                        <PageLink to={typeAddress(project, category)}>{category}</PageLink>:{" "}
                        {numbers}
                      </li>
                    ))}
                  </ul>
                </details>
              </li>
            )}
          </ul>
        </>
      )}
    </Card>
  );
}
