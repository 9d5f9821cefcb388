import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { containersQuery, languagesQuery } from "../../api/queries.ts";
import { nameOf } from "../../parts/Languages.tsx";
import { count } from "../../parts/words.ts";
import type { Draft } from "./draft.ts";
import { type Check, Checked } from "./FileStep.tsx";

const useStyles = makeStyles({
  list: {
    display: "grid",
    gridTemplateColumns: "minmax(120px, 200px) 1fr",
    rowGap: tokens.spacingVerticalM,
    columnGap: tokens.spacingHorizontalL,
    margin: 0,
    padding: tokens.spacingVerticalL,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  term: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0, overflowWrap: "anywhere", whiteSpace: "pre-wrap" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

export interface ReviewStepProps {
  draft: Draft;
  check: Check;
  /** Whether the report on the labels file was not seen on a step before. */
  reporting: boolean;
}

export function ReviewStep({ draft, check, reporting }: ReviewStepProps) {
  const styles = useStyles();
  const { data: languages = [] } = useQuery(languagesQuery);
  const { data: containers = [] } = useQuery(containersQuery);
  const container = containers.find(({ containerName }) => containerName === draft.container);
  const documents = container?.documentsCount ?? 0;
  const values: [string, string][] = [
    ["Name", draft.name],
    ["Description", draft.description.trim() || "none"],
    ["Language", nameOf(draft.language, languages)],
    ["Multiple languages", draft.multilingual ? "yes" : "no"],
    ["Storage container", `${draft.container} (${count(documents, "document")})`],
    ["Labels file", draft.file?.name ?? "none"],
  ];
  return (
    <>
      <Text className={styles.quiet}>
        The name cannot be changed later; the description and the languages can be, in the project's
        settings.
      </Text>
      <dl className={styles.list}>
        {values.map(([term, value]) => (
          <Pair key={term} term={term} value={value} />
        ))}
      </dl>
      {draft.file !== undefined && <Checked check={check} brief={!reporting} />}
    </>
  );
}

function Pair({ term, value }: { term: string; value: string }) {
  const styles = useStyles();
  return (
    <>
      <dt className={styles.term}>{term}</dt>
      <dd className={styles.value}>{value}</dd>
    </>
  );
}
