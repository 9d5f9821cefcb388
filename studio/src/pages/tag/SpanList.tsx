/** All tags and open suggestions of the document, in the order of the text. */

import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { useMemo } from "react";
import { percent } from "../../parts/words.ts";
import { key, type Span, same } from "../../tagging/spans.ts";
import type { Suggestion } from "../../tagging/suggestions.ts";
import { Swatch } from "./Swatch.tsx";
import type { Kind } from "./types.ts";
import { VirtualList } from "./VirtualList.tsx";

const useStyles = makeStyles({
  row: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    padding: `0 ${tokens.spacingHorizontalS}`,
    minWidth: 0,
    width: "100%",
    boxSizing: "border-box",
  },
  words: { display: "flex", flexDirection: "column", minWidth: 0, flexGrow: 1 },
  cut: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  quiet: { color: tokens.colorNeutralForeground3 },
  heard: { position: "absolute", clipPath: "inset(50%)" },
});

export type Listed = Span | Suggestion;

export interface SpanListProps {
  text: string;
  spans: readonly Span[];
  suggestions: readonly Suggestion[];
  kinds: ReadonlyMap<string, Kind>;
  active: Span | null;
  onChoose: (span: Listed) => void;
  /** Hears of the Enter key. */
  onEnter: () => void;
}

export function SpanList(props: SpanListProps) {
  const { text, spans, suggestions, kinds, active, onChoose, onEnter } = props;
  const styles = useStyles();
  const all = useMemo(
    () => [...spans, ...suggestions].sort((one, other) => one.start - other.start),
    [spans, suggestions],
  );
  const chosen = active === null ? -1 : all.findIndex((one) => same(one, active));
  const words = ({ start, end }: Span) => text.slice(start, Math.min(end, start + 80));
  if (all.length === 0) {
    return (
      <Text size={200} className={styles.quiet}>
        Nothing is tagged in this document. Select some words, then choose an entity.
      </Text>
    );
  }
  return (
    <VirtualList
      label="Tags in this document"
      items={all}
      chosen={chosen}
      rowHeight={42}
      keyOf={key}
      onChoose={onChoose}
      onEnter={onEnter}
    >
      {(one) => (
        <div className={styles.row}>
          <Swatch hue={kinds.get(one.category)?.hue ?? 0} />
          <div className={styles.words}>
            <span className={styles.cut}>{words(one)}</span>{" "}
            <Text size={200} className={styles.cut}>
              <span className={styles.quiet}>
                {one.category}
                {told(one, " · ")}
              </span>
              <span className={styles.heard}>
                , characters {one.start} to {one.end}
              </span>
            </Text>
          </div>
        </div>
      )}
    </VirtualList>
  );
}

function told(one: Listed, between: string): string {
  if (!("confidence" in one)) return "";
  return `${between}suggested, ${percent((one as Suggestion).confidence)}`;
}
