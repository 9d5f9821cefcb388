import {
  Link,
  makeStyles,
  mergeClasses,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  TableSelectionCell,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useHref, useLinkClickHandler } from "react-router";
import { languagesQuery } from "../../api/queries.ts";
import type { Project } from "../../api/types.ts";
import { nameOf } from "../../parts/Languages.tsx";
import { day, moment } from "../../parts/words.ts";
import { type Column, type Order, sorted, turned } from "./order.ts";

const COLUMNS: readonly [Column, string][] = [
  ["projectName", "Name"],
  ["description", "Description"],
  ["language", "Language"],
  ["storageInputContainerName", "Container"],
  ["createdDateTime", "Created"],
  ["lastModifiedDateTime", "Modified"],
  ["lastTrainedDateTime", "Trained"],
  ["lastDeployedDateTime", "Deployed"],
];

/** The columns that are wider than those of dates. */
const WIDTHS: Partial<Record<Column, "name" | "text" | "word">> = {
  projectName: "name",
  description: "text",
  language: "word",
  storageInputContainerName: "word",
};

const useStyles = makeStyles({
  scroll: {
    overflowX: "auto",
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  table: { minWidth: "1200px" },
  head: { fontWeight: tokens.fontWeightSemibold },
  cut: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  name: { width: "16%" },
  text: { width: "auto" },
  word: { width: "12%" },
  date: { width: "104px", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" },
  quiet: { color: tokens.colorNeutralForeground3 },
  none: { padding: tokens.spacingVerticalL, color: tokens.colorNeutralForeground3 },
});

export interface ProjectTableProps {
  projects: readonly Project[];
  selected: string | undefined;
  onSelect: (project: string) => void;
}

export function ProjectTable({ projects, selected, onSelect }: ProjectTableProps) {
  const styles = useStyles();
  const { data: languages = [] } = useQuery(languagesQuery);
  const [order, setOrder] = useState<Order>({ column: "lastModifiedDateTime", down: true });

  return (
    <div className={styles.scroll}>
      <Table className={styles.table} aria-label="Projects" sortable>
        <TableHeader>
          <TableRow>
            <TableSelectionCell type="radio" invisible />
            {COLUMNS.map(([column, title]) => (
              <TableHeaderCell
                key={column}
                className={mergeClasses(styles.head, styles[WIDTHS[column] ?? "date"])}
                {...(order.column === column
                  ? { sortDirection: order.down ? "descending" : "ascending" }
                  : {})}
                onClick={() => setOrder(turned(order, column))}
              >
                {title}
              </TableHeaderCell>
            ))}
          </TableRow>
        </TableHeader>
        <TableBody>
          {sorted(projects, order).map((project) => {
            const name = project.projectName;
            return (
              <TableRow
                key={name}
                aria-selected={name === selected}
                appearance={name === selected ? "brand" : "none"}
                onClick={() => onSelect(name)}
              >
                <TableSelectionCell
                  type="radio"
                  checked={name === selected}
                  radioIndicator={{ "aria-label": `Select ${name}`, name: "project" }}
                />
                <TableCell className={styles.cut}>
                  <ProjectLink name={name} />
                </TableCell>
                <TableCell className={styles.cut} title={project.description}>
                  {project.description}
                </TableCell>
                <TableCell className={styles.cut}>
                  {nameOf(project.language, languages)}
                  {project.multilingual && <Text className={styles.quiet}> and others</Text>}
                </TableCell>
                <TableCell className={styles.cut} title={project.storageInputContainerName}>
                  {project.storageInputContainerName}
                </TableCell>
                <Day at={project.createdDateTime} />
                <Day at={project.lastModifiedDateTime} />
                <Day at={project.lastTrainedDateTime} never="not yet" />
                <Day at={project.lastDeployedDateTime} never="not yet" />
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
      {projects.length === 0 && (
        <Text block className={styles.none}>
          No project has that in its name, its description or its container.
        </Text>
      )}
    </div>
  );
}

function ProjectLink({ name }: { name: string }) {
  const to = `/projects/${encodeURIComponent(name)}/tag`;
  const href = useHref(to);
  const follow = useLinkClickHandler<HTMLAnchorElement>(to);
  return (
    <Link
      href={href}
      title={name}
      onClick={(event) => follow(event as React.MouseEvent<HTMLAnchorElement>)}
    >
      {name}
    </Link>
  );
}

function Day({ at, never = "" }: { at: string | undefined; never?: string }) {
  const styles = useStyles();
  return (
    <TableCell className={styles.date}>
      {at === undefined ? (
        <span className={styles.quiet}>{never}</span>
      ) : (
        <time dateTime={at} title={moment(at)}>
          {day(at)}
        </time>
      )}
    </TableCell>
  );
}
