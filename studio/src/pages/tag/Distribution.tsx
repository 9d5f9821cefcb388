/** How the labels of the project are spread: over types, documents, and the two sets. */

import { makeStyles, Text, tokens } from "@fluentui/react-components";
import type { Document } from "../../api/types.ts";
import { count, number } from "../../parts/words.ts";
import { Swatch } from "./Swatch.tsx";
import type { Kind } from "./types.ts";

const useStyles = makeStyles({
  pane: { overflowY: "auto", minHeight: 0, display: "flex", flexDirection: "column", gap: "12px" },
  table: { borderCollapse: "collapse", width: "100%", fontSize: tokens.fontSizeBase200 },
  head: {
    textAlign: "right",
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground2,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXS}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
    ":first-child": { textAlign: "left" },
  },
  name: {
    textAlign: "left",
    fontWeight: tokens.fontWeightRegular,
    padding: `${tokens.spacingVerticalXS} 0`,
    maxWidth: "120px",
  },
  line: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  cut: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  number: {
    textAlign: "right",
    fontVariantNumeric: "tabular-nums",
    padding: `0 ${tokens.spacingHorizontalXS}`,
  },
  bar: {
    height: "4px",
    marginTop: "3px",
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: tokens.colorCompoundBrandBackground,
    minWidth: "1px",
  },
  quiet: { color: tokens.colorNeutralForeground3 },
});

export interface Row {
  category: string;
  labels: number;
  documents: number;
  train: number;
  test: number;
}

/** Count the labels of each type. Documents of no set count for training, as the labels file has it. */
export function distribution(kinds: readonly Kind[], documents: readonly Document[]): Row[] {
  return kinds.map(({ category }) => {
    const row: Row = { category, labels: 0, documents: 0, train: 0, test: 0 };
    for (const { labelCounts, dataset } of documents) {
      const labels = labelCounts[category] ?? 0;
      if (labels === 0) continue;
      row.labels += labels;
      row.documents += 1;
      if (dataset === "Test") row.test += labels;
      else row.train += labels;
    }
    return row;
  });
}

export interface DistributionProps {
  kinds: readonly Kind[];
  documents: readonly Document[];
}

export function Distribution({ kinds, documents }: DistributionProps) {
  const styles = useStyles();
  const rows = distribution(kinds, documents);
  const most = Math.max(1, ...rows.map(({ labels }) => labels));
  const all = rows.reduce((sum, { labels }) => sum + labels, 0);
  const tagged = documents.filter((one) => one.tagged).length;
  return (
    <div className={styles.pane}>
      <Text size={200}>
        {count(all, "label")} of {count(kinds.length, "entity", "entities")} in{" "}
        {count(tagged, "tagged document")}
      </Text>
      <table className={styles.table} aria-label="Distribution of labels">
        <thead>
          <tr>
            <th scope="col" className={styles.head}>
              Entity
            </th>
            <th scope="col" className={styles.head}>
              Labels
            </th>
            <th scope="col" className={styles.head} title="Documents with at least one label">
              Docs
            </th>
            <th scope="col" className={styles.head} title="Labels in the training set">
              Train
            </th>
            <th scope="col" className={styles.head} title="Labels in the test set">
              Test
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ category, labels, documents: with_, train, test }, at) => (
            <tr key={category}>
              <th scope="row" className={styles.name} title={category}>
                <span className={styles.line}>
                  <Swatch hue={kinds[at]?.hue ?? 0} />
                  <span className={styles.cut}>{category}</span>
                </span>
                <div
                  className={styles.bar}
                  style={{ width: `${(labels / most) * 100}%` }}
                  aria-hidden
                />
              </th>
              <td className={styles.number}>{number(labels)}</td>
              <td className={styles.number}>{number(with_)}</td>
              <td className={styles.number}>{number(train)}</td>
              <td className={styles.number}>{number(test)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Text size={200} className={styles.quiet}>
        Documents without a set of their own count as Train here. A training with an automatic split
        draws its test set itself.
      </Text>
    </div>
  );
}
