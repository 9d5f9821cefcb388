/** The lines of a judged document with the marks in them, as they are set below each other. */

import { Lines } from "../text/lines.ts";
import type { Mark } from "./marks.ts";

export type Side = "expected" | "predicted";

/** A line of the text, with the marks that touch it. */
export interface Row {
  start: number;
  end: number;
  marks: Mark[];
}

/** A part of a line: within one entity, or between them. */
export interface Piece {
  start: number;
  end: number;
  mark: Mark | null;
  /** Whether the entity ends here; one that goes over several lines ends in its last one. */
  last: boolean;
}

/** Cut a text into its lines; those without a word in them are left out. */
export function rowsOf(text: string, marks: readonly Mark[]): Row[] {
  const lines = new Lines(text);
  const rows: Row[] = [];
  for (let line = 0; line < lines.count; line++) {
    rows.push({ start: lines.start(line), end: lines.end(line), marks: [] });
  }
  for (const mark of marks) {
    const touched = new Set<number>();
    for (const span of [mark.expected, mark.predicted]) {
      if (span === null || span.end > text.length) continue;
      for (const { line } of lines.pieces(span.start, span.end)) touched.add(line);
    }
    for (const line of touched) rows[line]?.marks.push(mark);
  }
  return rows.filter(({ start, end }) => text.slice(start, end).trim() !== "");
}

/** Cut a line into its pieces, by the entities of one side. */
export function piecesOf(row: Row, side: Side): Piece[] {
  const spans = row.marks
    .flatMap((mark) => {
      const span = mark[side];
      return span === null || span.end <= row.start || span.start >= row.end
        ? []
        : [{ span, mark }];
    })
    .sort((one, other) => one.span.start - other.span.start);
  const pieces: Piece[] = [];
  let reached = row.start;
  for (const { span, mark } of spans) {
    const [start, end] = [Math.max(span.start, reached), Math.min(span.end, row.end)];
    if (start > reached) pieces.push({ start: reached, end: start, mark: null, last: false });
    pieces.push({ start, end, mark, last: span.end <= row.end });
    reached = end;
  }
  if (reached < row.end) pieces.push({ start: reached, end: row.end, mark: null, last: false });
  return pieces;
}

/** What stands around a span, in one line: at most `reach` characters on each side. */
export function contextOf(
  text: string,
  { start, end }: { start: number; end: number },
  reach = 40,
): { before: string; inside: string; after: string } {
  const [from, to] = [Math.max(0, start - reach), Math.min(text.length, end + reach)];
  return {
    before:
      (from > 0 ? "…" : "") + inOneLine(text.slice(from, start).replace(/^[\uDC00-\uDFFF]/, "")),
    inside: inOneLine(text.slice(start, end)),
    after:
      inOneLine(text.slice(end, to).replace(/[\uD800-\uDBFF]$/, "")) +
      (to < text.length ? "…" : ""),
  };
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
