import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { documentsQuery, entitiesQuery } from "../../api/queries.ts";
import type { Project } from "../../api/types.ts";
import { moment, number } from "../../parts/words.ts";

const useStyles = makeStyles({
  list: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fill, minmax(180px, 1fr))",
    gap: tokens.spacingVerticalL,
    margin: 0,
  },
  term: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  value: { margin: 0, overflowWrap: "anywhere", fontVariantNumeric: "tabular-nums" },
});

/** What a project is and has, as far as nobody sets it. */
export function Facts({ project }: { project: Project }) {
  const styles = useStyles();
  const { data: entities } = useQuery(entitiesQuery(project.projectName));
  const { data: documents } = useQuery(documentsQuery(project.projectName));
  const tagged = documents?.filter((document) => document.tagged).length ?? 0;
  const facts: [string, string][] = [
    ["Name", project.projectName],
    ["Storage container", project.storageInputContainerName],
    ["Entity types", entities === undefined ? "…" : number(entities.length)],
    [
      "Documents",
      documents === undefined ? "…" : `${number(documents.length)}, ${number(tagged)} tagged`,
    ],
    ["Created", moment(project.createdDateTime)],
    ["Modified", moment(project.lastModifiedDateTime)],
    ["Trained", project.lastTrainedDateTime ? moment(project.lastTrainedDateTime) : "not yet"],
    ["Deployed", project.lastDeployedDateTime ? moment(project.lastDeployedDateTime) : "not yet"],
  ];
  return (
    <dl className={styles.list} aria-label="Facts">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt className={styles.term}>{term}</dt>
          <dd className={styles.value}>
            <Text weight="semibold">{value}</Text>
          </dd>
        </div>
      ))}
    </dl>
  );
}
