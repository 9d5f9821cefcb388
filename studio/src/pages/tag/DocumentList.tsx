/** The documents of the project, at the left: found by name, by text and by what is tagged in them. */

import {
  Button,
  Field,
  makeStyles,
  mergeClasses,
  SearchBox,
  Select,
  Switch,
  Text,
  Tooltip,
  tokens,
} from "@fluentui/react-components";
import {
  CheckmarkCircleFilled,
  ChevronLeftRegular,
  ChevronRightRegular,
  CircleRegular,
  ErrorCircleFilled,
  RecordFilled,
} from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useSearchParams } from "react-router";
import { find } from "../../api/labelling.ts";
import type { Document, Fault } from "../../api/types.ts";
import { count, number } from "../../parts/words.ts";
import type { Desk } from "./desk.ts";
import { labelsOf, shown, type Viewing } from "./filters.ts";
import type { Kind } from "./types.ts";
import { VirtualList } from "./VirtualList.tsx";

const ROW = 44;

const useStyles = makeStyles({
  pane: {
    display: "flex",
    flexDirection: "column",
    minHeight: 0,
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalM,
  },
  fields: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  viewing: { gridTemplateColumns: "64px minmax(0, 1fr)" },
  select: { minWidth: 0 },
  search: { maxWidth: "none", width: "100%" },
  row: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    padding: `0 ${tokens.spacingHorizontalS} 0 ${tokens.spacingHorizontalM}`,
    minWidth: 0,
    width: "100%",
    boxSizing: "border-box",
  },
  words: { flexGrow: 1, minWidth: 0, display: "flex", flexDirection: "column" },
  name: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  quiet: { color: tokens.colorNeutralForeground3 },
  icon: { fontSize: "16px", flexShrink: 0, lineHeight: 0 },
  tagged: { color: tokens.colorStatusSuccessForeground1 },
  untagged: { color: tokens.colorNeutralForeground4 },
  faulty: { color: tokens.colorStatusDangerForeground1 },
  foot: {
    display: "flex",
    alignItems: "center",
    justifyContent: "space-between",
    gap: tokens.spacingHorizontalS,
  },
});

export interface DocumentListProps {
  desk: Desk;
  documents: readonly Document[];
  faults: ReadonlyMap<string, Fault>;
  kinds: readonly Kind[];
  open: string | undefined;
  /** `at`: the offset to show. */
  onOpen: (name: string, at?: number) => void;
  /** Hears which documents are listed: Back and Next go through these. */
  onListed: (names: readonly string[]) => void;
}

export function DocumentList(props: DocumentListProps) {
  const { desk, documents, faults, kinds, open, onOpen, onListed } = props;
  const styles = useStyles();
  const [query] = useSearchParams();
  // Links from other pages ask for the documents with a type.
  const [viewing, setViewing] = useState<Viewing>(() => {
    const type = query.get("type");
    return kinds.some(({ category }) => category === type) ? `type:${type}` : "all";
  });
  const [search, setSearch] = useState("");
  const [inTexts, setInTexts] = useState(false);
  const wanted = useDeferredValue(search);
  const hits = useHits(desk.project, inTexts ? search.trim() : "");
  const unsaved = useSyncExternalStore(desk.keeper.subscribe, () =>
    desk.keeper.unsaved().join("\n"),
  );
  const pending = useMemo(() => new Set(unsaved.split("\n")), [unsaved]);
  const found = useMemo(
    () => hits.data && new Set(hits.data.documents.map(({ documentName }) => documentName)),
    [hits.data],
  );
  const list = useMemo(
    () => shown(documents, viewing, inTexts ? "" : wanted, found ?? null),
    [documents, viewing, inTexts, wanted, found],
  );
  useEffect(() => onListed(list.map(({ documentName }) => documentName)), [list, onListed]);
  const chosen = list.findIndex(({ documentName }) => documentName === open);
  const tagged = documents.reduce((sum, one) => sum + Number(one.tagged), 0);

  function choose({ documentName }: Document) {
    const first = hits.data?.documents.find((one) => one.documentName === documentName);
    onOpen(documentName, first?.occurrences[0]?.offset);
  }

  return (
    <aside className={styles.pane} aria-label="Documents">
      <div className={styles.fields}>
        <SearchBox
          className={styles.search}
          aria-label={inTexts ? "Search in the texts" : "Search by name"}
          placeholder={inTexts ? "Search in the texts" : "Search by name"}
          value={search}
          onChange={(_, data) => setSearch(data.value)}
        />
        <Switch
          label="Search in the texts"
          checked={inTexts}
          onChange={(_, data) => setInTexts(data.checked)}
        />
        <Field label="Viewing" orientation="horizontal" className={styles.viewing}>
          <Select
            className={styles.select}
            value={viewing}
            onChange={(_, data) => setViewing(data.value)}
          >
            <option value="all">All documents</option>
            <option value="tagged">Tagged</option>
            <option value="untagged">Untagged</option>
            <option value="Train">Training set</option>
            <option value="Test">Test set</option>
            <optgroup label="Has entity">
              {kinds.map(({ category }) => (
                <option key={category} value={`type:${category}`}>
                  {category}
                </option>
              ))}
            </optgroup>
          </Select>
        </Field>
      </div>
      <Text size={200} className={styles.quiet} role="status">
        {told(hits, list.length, documents.length, tagged)}
      </Text>
      <VirtualList
        label="Documents"
        items={list}
        chosen={chosen}
        rowHeight={ROW}
        keyOf={({ documentName }) => documentName}
        nameOf={(one) => `${one.documentName}, ${about(one, faults.get(one.documentName))}`}
        onChoose={choose}
      >
        {(one) => (
          <div className={styles.row}>
            <Mark
              tagged={one.tagged}
              faulty={faults.has(one.documentName)}
              unsaved={pending.has(one.documentName)}
            />
            <div className={styles.words}>
              <span className={styles.name} title={one.documentName}>
                {one.documentName}
              </span>{" "}
              <Text size={200} className={mergeClasses(styles.quiet, styles.name)}>
                {about(one, faults.get(one.documentName))}
              </Text>
            </div>
          </div>
        )}
      </VirtualList>
      <div className={styles.foot}>
        <Button
          size="small"
          icon={<ChevronLeftRegular />}
          disabled={chosen <= 0}
          onClick={() => choose(list[chosen - 1] as Document)}
        >
          Back
        </Button>
        <Text size={200} className={styles.quiet}>
          {chosen >= 0 ? `${number(chosen + 1)} of ${number(list.length)}` : ""}
        </Text>
        <Button
          size="small"
          icon={<ChevronRightRegular />}
          iconPosition="after"
          disabled={chosen >= list.length - 1}
          onClick={() => choose(list[chosen + 1] as Document)}
        >
          Next
        </Button>
      </div>
    </aside>
  );
}

function Mark({ tagged, faulty, unsaved }: Record<"tagged" | "faulty" | "unsaved", boolean>) {
  const styles = useStyles();
  if (faulty) {
    return <ErrorCircleFilled className={mergeClasses(styles.icon, styles.faulty)} aria-hidden />;
  }
  if (unsaved) {
    return (
      <Tooltip content="Not saved yet" relationship="description">
        <RecordFilled className={mergeClasses(styles.icon, styles.faulty)} />
      </Tooltip>
    );
  }
  return tagged ? (
    <CheckmarkCircleFilled className={mergeClasses(styles.icon, styles.tagged)} aria-hidden />
  ) : (
    <CircleRegular className={mergeClasses(styles.icon, styles.untagged)} aria-hidden />
  );
}

function useHits(project: string, text: string) {
  const [wanted, setWanted] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setWanted(text), 300);
    return () => clearTimeout(timer);
  }, [text]);
  return useQuery({
    queryKey: ["project", project, "found", wanted],
    queryFn: ({ signal }) =>
      find(project, { text: wanted, matchCase: false, wholeWords: false }, signal),
    enabled: wanted !== "" && text !== "",
  });
}

function told(hits: ReturnType<typeof useHits>, listed: number, all: number, tagged: number) {
  if (hits.isFetching) return "Searching…";
  if (hits.error) return hits.error.message;
  if (hits.data) {
    const more = hits.data.truncated ? "more than " : "";
    return `Found ${more}${count(hits.data.count, "time")} in ${count(hits.data.documentsCount, "document")}`;
  }
  if (listed !== all) return `${count(listed, "document")} of ${number(all)}`;
  return `${count(all, "document")}, ${number(tagged)} tagged`;
}

function about(document: Document, fault: Fault | undefined): string {
  if (fault !== undefined) return FAULTS[fault.code];
  const labels = document.tagged ? count(labelsOf(document), "label") : "untagged";
  return document.dataset === undefined ? labels : `${labels} · ${document.dataset}`;
}

export const FAULTS: Record<Fault["code"], string> = {
  empty: "empty",
  tooLong: "too long",
  notUtf8: "not UTF-8",
  changed: "text has changed",
};
