import {
  Card,
  makeStyles,
  Spinner,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from "@fluentui/react-components";
import { TagRegular, WarningFilled } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { documentsQuery, entitiesQuery } from "../../api/queries.ts";
import { Bar } from "../../evaluation/Bar.tsx";
import { pageAddress, typeAddress } from "../../parts/addresses.ts";
import { ButtonLink } from "../../parts/ButtonLink.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { NumberHeader } from "../../parts/NumberHeader.tsx";
import { PageLink } from "../../parts/PageLink.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { count, number } from "../../parts/words.ts";
import { sharesOf } from "./distribution.ts";

const useStyles = makeStyles({
  card: { overflowX: "auto" },
  table: { minWidth: "640px" },
  number: { textAlign: "right", fontVariantNumeric: "tabular-nums" },
  type: { overflowWrap: "anywhere" },
  lack: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  warning: { color: tokens.colorStatusWarningForeground1, flexShrink: 0 },
  quiet: { color: tokens.colorNeutralForeground3 },
});

/** How many labels each entity type has now, and which types have too few. */
export function Distribution({ project }: { project: string }) {
  const styles = useStyles();
  const entities = useQuery(entitiesQuery(project));
  const documents = useQuery(documentsQuery(project));
  const failed = [entities, documents].find(({ error }) => error !== null);
  if (failed) return <Problem error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!entities.isSuccess || !documents.isSuccess) return <Spinner label="Counting labels" />;
  if (entities.data.length === 0) {
    return (
      <Empty
        icon={<TagRegular />}
        title="There are no entity types yet"
        action={<ButtonLink to={pageAddress(project, "tag")}>Tag data</ButtonLink>}
      >
        Add the types that you want to find, and tag them in your documents.
      </Empty>
    );
  }
  const shares = sharesOf(entities.data, documents.data);
  const most = Math.max(...shares.map(({ labels }) => labels));
  const lacking = shares.filter(({ lack }) => lack !== undefined).length;
  const tagged = documents.data.filter((document) => document.tagged).length;
  const total = shares.reduce((sum, { labels }) => sum + labels, 0);
  return (
    <>
      <Text>
        {count(total, "label")} of {count(shares.length, "entity type")} in{" "}
        {count(tagged, "tagged document")}, as they are now.{" "}
        {lacking === 0
          ? "Every type has enough of them."
          : `${count(lacking, "type is", "types are")} under-represented: tag more of ${lacking === 1 ? "it" : "them"}, in documents of all kinds.`}
      </Text>
      <Card className={styles.card}>
        <Table size="small" className={styles.table} aria-label="Labels by entity type">
          <TableHeader>
            <TableRow>
              <TableHeaderCell>Entity type</TableHeaderCell>
              <TableHeaderCell>Share</TableHeaderCell>
              <NumberHeader>Labels</NumberHeader>
              <NumberHeader>Documents</NumberHeader>
              <NumberHeader>Marked Test</NumberHeader>
              <TableHeaderCell>Remark</TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {shares.map(({ category, labels, documents: own, test, lack }) => (
              <TableRow key={category}>
                <TableCell className={styles.type}>
                  <PageLink
                    to={labels > 0 ? typeAddress(project, category) : pageAddress(project, "tag")}
                  >
                    {category}
                  </PageLink>
                </TableCell>
                <TableCell>
                  <Bar value={labels} most={most} warned={lack !== undefined} />
                </TableCell>
                <TableCell className={styles.number}>{number(labels)}</TableCell>
                <TableCell className={styles.number}>{number(own)}</TableCell>
                <TableCell className={styles.number}>{number(test)}</TableCell>
                <TableCell>
                  {lack !== undefined && (
                    <Text size={200} className={styles.lack}>
                      <WarningFilled className={styles.warning} aria-hidden />
                      Under-represented: {lack}
                    </Text>
                  )}
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Card>
    </>
  );
}
