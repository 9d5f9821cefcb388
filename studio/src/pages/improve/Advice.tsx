import {
  Accordion,
  AccordionHeader,
  AccordionItem,
  AccordionPanel,
  makeStyles,
  Text,
  tokens,
} from "@fluentui/react-components";
import { LightbulbRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { hintsOf } from "../../evaluation/hints.ts";
import { markedOf } from "../../evaluation/marks.ts";
import { evaluatedQuery } from "../../evaluation/queries.ts";
import { typeAddress } from "../../parts/addresses.ts";
import { PageLink } from "../../parts/PageLink.tsx";
import { count } from "../../parts/words.ts";

const useStyles = makeStyles({
  frame: {
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  list: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(240px, 1fr))",
    gap: tokens.spacingHorizontalXL,
    paddingBottom: tokens.spacingVerticalM,
  },
  hint: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  found: { margin: 0, paddingLeft: tokens.spacingHorizontalL, fontSize: tokens.fontSizeBase200 },
  quiet: { color: tokens.colorNeutralForeground3 },
});

export interface AdviceProps {
  project: string;
  model: string;
}

/** What to do about mistakes that repeat, with those that this validation set has. */
export function Advice({ project, model }: AdviceProps) {
  const styles = useStyles();
  const { data } = useQuery(evaluatedQuery(project, model, "Validation"));
  const hints = useMemo(() => hintsOf((data ?? []).map(markedOf)), [data]);
  const type = (category: string) => (
    <PageLink to={typeAddress(project, category)}>{category}</PageLink>
  );
  return (
    <Accordion collapsible className={styles.frame}>
      <AccordionItem value="advice">
        <AccordionHeader icon={<LightbulbRegular />}>What mistakes can tell you</AccordionHeader>
        <AccordionPanel>
          <div className={styles.list}>
            <div className={styles.hint}>
              <Text weight="semibold">One type is taken for another, again and again</Text>
              <Text size={200}>
                The two may mean nearly the same, or stand in nearly the same words. Make one type
                of them, or tag more examples in which they differ.
              </Text>
              <Found none="No two types here are mixed up like that.">
                {hints.taken.map(({ actual, predicted, count: number, of }) => (
                  <li key={`${actual} ${predicted}`}>
                    {type(actual)} for {predicted}: {number} of {of}
                  </li>
                ))}
              </Found>
            </div>
            <div className={styles.hint}>
              <Text weight="semibold">A type is never found</Text>
              <Text size={200}>
                It may be too much in one, such as a whole address. Split it into parts that look
                alike wherever they stand, and tag more of each.
              </Text>
              <Found none="Something was found of every type with two labels or more.">
                {hints.neverFound.map(({ category, count: number }) => (
                  <li key={category}>
                    {type(category)}: none of {number} found as tagged
                  </li>
                ))}
              </Found>
            </div>
            <div className={styles.hint}>
              <Text weight="semibold">Something is predicted that nobody tagged</Text>
              <Text size={200}>
                Look whether a label was forgotten there: the model may be right. A few forgotten
                labels teach it to overlook others.
              </Text>
              <Found none="Nothing was predicted beside what is tagged.">
                {hints.untagged.map(({ category, count: number }) => (
                  <li key={category}>
                    {type(category)}: {count(number, "place")}
                  </li>
                ))}
              </Found>
            </div>
          </div>
        </AccordionPanel>
      </AccordionItem>
    </Accordion>
  );
}

function Found({ none, children }: { none: string; children: ReactNode[] }) {
  const styles = useStyles();
  if (children.length === 0) {
    return (
      <Text size={200} className={styles.quiet}>
        {none}
      </Text>
    );
  }
  return <ul className={styles.found}>{children}</ul>;
}
