/** Tags all occurrences of a text, here or in all documents, after showing each of them. */

import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  makeStyles,
  Radio,
  RadioGroup,
  Select,
  Spinner,
  Text,
  tokens,
} from "@fluentui/react-components";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { find } from "../../api/labelling.ts";
import { Problem } from "../../parts/Problem.tsx";
import { useAct } from "../../parts/useAct.ts";
import { count } from "../../parts/words.ts";
import type { Elsewhere } from "../../tagging/history.ts";
import { occurrences } from "../../tagging/occurrences.ts";
import { overlapping, type Span } from "../../tagging/spans.ts";
import type { Kind } from "./types.ts";

const AROUND = 40;
/** Occurrences that are shown; all that are found are tagged. */
const SHOWN = 200;

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  line: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
  grow: { flexGrow: 1, minWidth: "160px" },
  list: {
    maxHeight: "260px",
    overflowY: "auto",
    margin: 0,
    padding: tokens.spacingHorizontalS,
    listStyleType: "none",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  item: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  context: {
    minWidth: 0,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    color: tokens.colorNeutralForeground3,
  },
  mark: { color: tokens.colorNeutralForeground1, backgroundColor: "transparent" },
  name: { marginTop: tokens.spacingVerticalS, display: "block" },
});

interface Place extends Span {
  documentName: string;
  textDigest: string;
  before: string;
  after: string;
  /** Types of the labels that are in its way. */
  taken: readonly string[];
}

export interface OccurrencesDialogProps {
  project: string;
  documentName: string;
  textDigest: string;
  text: string;
  spans: readonly Span[];
  kinds: readonly Kind[];
  wanted: string;
  category: string;
  /** Apply in one step: labels of this document, and changes of others. */
  onApply: (here: Span[], elsewhere: Elsewhere[], title: string) => Promise<void>;
  onClose: () => void;
}

export function OccurrencesDialog(props: OccurrencesDialogProps) {
  const { project, documentName, textDigest, text, spans, kinds, onApply, onClose } = props;
  const styles = useStyles();
  const [wanted, setWanted] = useState(props.wanted);
  const [category, setCategory] = useState(props.category);
  const [matchCase, setMatchCase] = useState(true);
  const [wholeWords, setWholeWords] = useState(true);
  const [everywhere, setEverywhere] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());

  const found = useQuery({
    queryKey: ["project", project, "found", wanted, matchCase, wholeWords],
    queryFn: ({ signal }) => find(project, { text: wanted, matchCase, wholeWords }, signal),
    enabled: everywhere && wanted.trim() !== "",
    placeholderData: keepPreviousData,
  });

  const here = useMemo(
    () =>
      occurrences(text, wanted, { matchCase, wholeWords }).map(
        ({ start, end }): Place => ({
          documentName,
          textDigest,
          start,
          end,
          category,
          before: text.slice(Math.max(0, start - AROUND), start),
          after: text.slice(end, end + AROUND),
          taken: overlapping(spans, { start, end }).map((one) => one.category),
        }),
      ),
    [text, wanted, matchCase, wholeWords, documentName, textDigest, category, spans],
  );
  const others = useMemo(
    () =>
      (everywhere ? (found.data?.documents ?? []) : [])
        .filter((one) => one.documentName !== documentName)
        .flatMap((one) =>
          one.occurrences.map(
            ({ offset, length, before, after, categories }): Place => ({
              documentName: one.documentName,
              textDigest: one.textDigest,
              start: offset,
              end: offset + length,
              category,
              before,
              after,
              taken: categories,
            }),
          ),
        ),
    [everywhere, found.data, documentName, category],
  );
  const all = [...here, ...others];
  const free = all.filter(({ taken }) => taken.length === 0);
  const chosen = free.filter((one) => !left.has(idOf(one)));
  const documents = new Set(chosen.map((one) => one.documentName)).size;
  const searching = everywhere && found.isFetching;

  const { busy, error, act } = useAct(async () => {
    await onApply(
      chosen.filter((one) => one.documentName === documentName).map(spanOf),
      elsewhere(chosen.filter((one) => one.documentName !== documentName)),
      `Tagged ${count(chosen.length, "occurrence")} of “${wanted}” as ${category}`,
    );
    onClose();
  });

  function toggle(place: Place, take: boolean) {
    const next = new Set(left);
    if (take) next.delete(idOf(place));
    else next.add(idOf(place));
    setLeft(next);
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => !open && !busy && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Tag all occurrences</DialogTitle>
          <DialogContent className={styles.form}>
            <div className={styles.line}>
              <Field label="Text" className={styles.grow}>
                <Input
                  value={wanted}
                  maxLength={500}
                  onChange={(_, data) => setWanted(data.value)}
                />
              </Field>
              <Field label="Entity" className={styles.grow}>
                <Select value={category} onChange={(_, data) => setCategory(data.value)}>
                  {kinds.map((kind) => (
                    <option key={kind.category}>{kind.category}</option>
                  ))}
                </Select>
              </Field>
            </div>
            <div className={styles.line}>
              <RadioGroup
                layout="horizontal"
                aria-label="Where"
                value={everywhere ? "all" : "this"}
                onChange={(_, data) => setEverywhere(data.value === "all")}
              >
                <Radio value="this" label="In this document" />
                <Radio value="all" label="In all documents" />
              </RadioGroup>
              <Checkbox
                label="Match case"
                checked={matchCase}
                onChange={(_, data) => setMatchCase(data.checked === true)}
              />
              <Checkbox
                label="Whole words"
                checked={wholeWords}
                onChange={(_, data) => setWholeWords(data.checked === true)}
              />
            </div>
            <Text role="status">
              {searching ? "Searching…" : summary(all.length, chosen.length, documents)}
              {found.data?.truncated && everywhere && " There are more; repeat this for the rest."}
            </Text>
            {all.length > 0 && (
              <ul className={styles.list} aria-label="Occurrences">
                {all.slice(0, SHOWN).map((place, at) => (
                  <li key={idOf(place)}>
                    {place.documentName !== all[at - 1]?.documentName && (
                      <Text weight="semibold" size={200} className={styles.name}>
                        {place.documentName}
                      </Text>
                    )}
                    <span className={styles.item}>
                      <Checkbox
                        checked={place.taken.length === 0 && !left.has(idOf(place))}
                        disabled={place.taken.length > 0}
                        aria-label={`Character ${place.start} of ${place.documentName}`}
                        onChange={(_, data) => toggle(place, data.checked === true)}
                      />
                      <span className={styles.context}>
                        {place.before}
                        <mark className={styles.mark}>
                          <strong>{wordsOf(place, text, documentName, wanted)}</strong>
                        </mark>
                        {place.after}
                      </span>
                      {place.taken.length > 0 && (
                        <Text size={200}>already {[...new Set(place.taken)].join(", ")}</Text>
                      )}
                    </span>
                  </li>
                ))}
                {all.length > SHOWN && <li>and {count(all.length - SHOWN, "more", "more")}</li>}
              </ul>
            )}
            {everywhere && found.error && <Problem error={found.error} />}
            {error !== undefined && <Problem error={error} />}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose} disabled={busy}>
              Cancel
            </Button>
            <Button
              appearance="primary"
              disabled={busy || searching || chosen.length === 0}
              onClick={() => void act()}
            >
              {busy ? <Spinner size="tiny" /> : `Tag ${count(chosen.length, "occurrence")}`}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function idOf({ documentName, start }: Place): string {
  return `${documentName} ${start}`;
}

function spanOf({ start, end, category }: Place): Span {
  return { start, end, category };
}

/** Collect the changes of each document. */
function elsewhere(places: readonly Place[]): Elsewhere[] {
  const changes = new Map<string, { textDigest: string; add: Span[] }>();
  for (const place of places) {
    const known = changes.get(place.documentName);
    if (known) known.add.push(spanOf(place));
    else {
      changes.set(place.documentName, { textDigest: place.textDigest, add: [spanOf(place)] });
    }
  }
  return [...changes].map(([documentName, { textDigest, add }]) => ({
    documentName,
    textDigest,
    change: { add, remove: [] },
  }));
}

function wordsOf(place: Place, text: string, open: string, wanted: string): string {
  return place.documentName === open ? text.slice(place.start, place.end) : wanted;
}

function summary(all: number, chosen: number, documents: number): string {
  if (all === 0) return "It occurs nowhere.";
  const taken = all - chosen;
  const rest = taken > 0 ? `; ${count(taken, "occurrence")} left out` : "";
  return `${count(chosen, "occurrence")} in ${count(documents, "document")} will be tagged${rest}.`;
}
