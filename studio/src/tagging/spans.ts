/**
 * Labels as spans of a text: sorted, never overlapping, by UTF-16 units. All functions return new
 * lists and leave the given ones as they are.
 */

import type { Tag } from "../api/types.ts";

export interface Span {
  start: number;
  end: number;
  category: string;
}

/** What is done to labels in one step; the other way round it is undone. */
export interface Change {
  add: readonly Span[];
  remove: readonly Span[];
}

export function spansOf(tags: readonly Tag[]): Span[] {
  return tags
    .map(({ category, offset, length }) => ({ start: offset, end: offset + length, category }))
    .sort((one, other) => one.start - other.start);
}

export function tagsOf(spans: readonly Span[]): Tag[] {
  return spans.map(({ start, end, category }) => ({
    category,
    offset: start,
    length: end - start,
  }));
}

export function same(one: Span, other: Span): boolean {
  return one.start === other.start && one.end === other.end && one.category === other.category;
}

export function allSame(one: readonly Span[], other: readonly Span[]): boolean {
  return one.length === other.length && one.every((span, at) => same(span, other[at] as Span));
}

export function overlaps(one: { start: number; end: number }, other: typeof one): boolean {
  return one.start < other.end && other.start < one.end;
}

/** The spans that share a character with this stretch, in order. */
export function overlapping(
  spans: readonly Span[],
  stretch: { start: number; end: number },
): Span[] {
  const found: Span[] = [];
  for (let at = firstEndingAfter(spans, stretch.start); at < spans.length; at++) {
    const span = spans[at] as Span;
    if (span.start >= stretch.end) break;
    found.push(span);
  }
  return found;
}

/** The span that covers the character at an offset. */
export function covering(spans: readonly Span[], offset: number): Span | undefined {
  const span = spans[firstEndingAfter(spans, offset)];
  return span !== undefined && span.start <= offset ? span : undefined;
}

/** The nearest span that begins after an offset, or before it; around the end if there is none. */
export function neighbour(
  spans: readonly Span[],
  offset: number,
  direction: 1 | -1,
): Span | undefined {
  return direction === 1
    ? (spans.find(({ start }) => start > offset) ?? spans[0])
    : (spans.findLast(({ start }) => start < offset) ?? spans[spans.length - 1]);
}

/** Apply a change: first what it removes, then what it adds. Throws where that would overlap. */
export function apply(spans: readonly Span[], { add, remove }: Change): Span[] {
  const gone = new Set(remove.map(key));
  const all = [...spans.filter((span) => !gone.has(key(span))), ...add];
  all.sort((one, other) => one.start - other.start);
  for (let at = 1; at < all.length; at++) {
    if ((all[at - 1] as Span).end > (all[at] as Span).start) throw new Error("labels overlap");
  }
  return all;
}

export function inverse({ add, remove }: Change): Change {
  return { add: remove, remove: add };
}

/** What turns one list of spans into another one. */
export function difference(before: readonly Span[], after: readonly Span[]): Change {
  const old = new Set(before.map(key));
  const fresh = new Set(after.map(key));
  return {
    add: after.filter((span) => !old.has(key(span))),
    remove: before.filter((span) => !fresh.has(key(span))),
  };
}

/**
 * Bring the changes that were made here, since `base`, into labels that another one has changed.
 *
 * Theirs win where the two overlap; `lost` are the labels of ours that had no place.
 */
export function merge(
  base: readonly Span[],
  mine: readonly Span[],
  theirs: readonly Span[],
): { spans: Span[]; lost: Span[] } {
  const { add, remove } = difference(base, mine);
  let spans = apply(theirs, { add: [], remove });
  const lost: Span[] = [];
  for (const span of add) {
    if (spans.some((one) => same(one, span))) continue;
    if (overlapping(spans, span).length > 0) lost.push(span);
    else spans = apply(spans, { add: [span], remove: [] });
  }
  return { spans, lost };
}

export function key({ start, end, category }: Span): string {
  return `${start} ${end} ${category}`;
}

/** The place of the first span that ends after an offset. */
function firstEndingAfter(spans: readonly Span[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as Span).end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
