/**
 * Paints a document with spans, outside of React: 128,000 characters with 3,000 spans.
 *
 * Each line of the text is one block with one text node; nothing of the document is ever parsed as
 * HTML. Spans are ranges of the CSS Custom Highlight API, which leave the DOM as it is, so that adding
 * one costs little. All offsets are UTF-16 units of the exact text.
 *
 * To show a text read-only: `new TextSurface(element)`, `show(text)`, `paint("labels", spans)`; as many
 * layers as one likes; `destroy()` at the end.
 */

import { Lines } from "./lines.ts";
import { install, type Paint, priority } from "./paints.ts";
import type { Stretch } from "./words.ts";

export interface Painted extends Stretch {
  paint: Paint;
  /** The short name that is shown below the span, with its hue; none is shown without it. */
  tag?: { name: string; hue: number; kind: "label" | "suggestion" };
}

interface Layer {
  spans: readonly Painted[];
  ranges: Map<string, readonly AbstractRange[]>;
}

/** Pixels between two short names that stand side by side. */
const GAP = 3;

export class TextSurface {
  readonly root: HTMLElement;
  #text = "";
  #lines = new Lines("");
  #blocks: HTMLElement[] = [];
  #lineOf = new WeakMap<Node, number>();
  readonly #layers = new Map<string, Layer>();
  readonly #tagged = new Set<number>();
  readonly #resizes: ResizeObserver;
  #frame = 0;

  /** Take over an element; it becomes the box that scrolls. */
  constructor(root: HTMLElement) {
    install();
    this.root = root;
    root.classList.add("surface");
    root.addEventListener("scroll", this.#schedule, { passive: true });
    this.#resizes = new ResizeObserver(() => this.#forgetTags());
    this.#resizes.observe(root);
  }

  get text(): string {
    return this.#text;
  }

  get lines(): Lines {
    return this.#lines;
  }

  /** Show a text, from its beginning, without any spans. */
  show(text: string): void {
    for (const name of this.#layers.keys()) this.paint(name, []);
    this.#text = text;
    this.#lines = new Lines(text);
    this.#lineOf = new WeakMap();
    this.#tagged.clear();
    this.#blocks = [];
    const all = document.createDocumentFragment();
    for (let line = 0; line < this.#lines.count; line++) {
      const block = document.createElement("div");
      block.className = "surface-line";
      const words = document.createTextNode(
        text.slice(this.#lines.start(line), this.#lines.end(line)),
      );
      block.append(words);
      this.#lineOf.set(block, line);
      this.#lineOf.set(words, line);
      this.#blocks.push(block);
      all.append(block);
    }
    // Without its lines the box is at its top again, and nothing has to be laid out to get there.
    this.root.replaceChildren();
    this.root.append(all);
  }

  /** Paint the spans of a layer in the place of those it had; they are in order of their start. */
  paint(name: string, spans: readonly Painted[]): void {
    const before = this.#layers.get(name)?.ranges ?? new Map<string, readonly AbstractRange[]>();
    const after = new Map<string, readonly AbstractRange[]>();
    for (const span of spans) {
      const id = `${span.start} ${span.end} ${span.paint} ${span.tag?.name ?? ""}`;
      const known = before.get(id);
      if (known === undefined) {
        after.set(id, this.#highlight(span));
        this.#outdate(span);
      } else {
        before.delete(id);
        after.set(id, known);
      }
    }
    for (const [id, ranges] of before) {
      const [start = 0, end = 0, from = ""] = id.split(" ");
      const highlight = registered(from as Paint);
      for (const range of ranges) highlight.delete(range);
      this.#outdate({ start: Number(start), end: Number(end) });
    }
    this.#layers.set(name, { spans, ranges: after });
    this.#schedule();
  }

  /** The spans of a layer under a point of the window. */
  at(name: string, x: number, y: number): Painted[] {
    const offset = this.offsetAt(x, y);
    if (offset === null) return [];
    return (this.#layers.get(name)?.spans ?? []).filter(
      (span) =>
        span.start <= offset &&
        offset <= span.end &&
        this.rectsOf(span).some((box) => x >= box.left && x <= box.right && inside(y, box)),
    );
  }

  /** The offset nearest to a point of the window; null where there is no text. */
  offsetAt(x: number, y: number): number | null {
    if (document.caretPositionFromPoint) {
      const place = document.caretPositionFromPoint(x, y);
      return place && this.root.contains(place.offsetNode)
        ? this.offsetOf(place.offsetNode, place.offset)
        : null;
    }
    // Safari has only the older one of the two.
    const range = document.caretRangeFromPoint(x, y);
    return range && this.root.contains(range.startContainer)
      ? this.offsetOf(range.startContainer, range.startOffset)
      : null;
  }

  /** The offset of a place in the DOM; places outside of the text count as its nearest end. */
  offsetOf(node: Node, place: number): number {
    if (node === this.root) {
      return place < this.#blocks.length ? this.#lines.start(place) : this.#text.length;
    }
    if (!this.root.contains(node)) {
      const after = this.root.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
      return after ? this.#text.length : 0;
    }
    let inner: Node = node;
    while (!this.#lineOf.has(inner) && inner.parentNode !== null) inner = inner.parentNode;
    const line = this.#lineOf.get(inner) ?? 0;
    if (node.nodeType === Node.TEXT_NODE && inner === node) return this.#lines.start(line) + place;
    return place === 0 && inner === node ? this.#lines.start(line) : this.#lines.end(line);
  }

  /** What the user has selected of the text, or null. */
  selected(): Stretch | null {
    const selection = document.getSelection();
    if (selection?.anchorNode == null || selection.focusNode == null || selection.isCollapsed) {
      return null;
    }
    if (!selection.containsNode(this.root, true)) return null;
    const anchor = this.offsetOf(selection.anchorNode, selection.anchorOffset);
    const focus = this.offsetOf(selection.focusNode, selection.focusOffset);
    if (anchor === focus) return null;
    return { start: Math.min(anchor, focus), end: Math.max(anchor, focus) };
  }

  /** Select from one offset to another one, which may be before it. */
  select(anchor: number, focus: number): void {
    const [from, to] = [this.#place(anchor), this.#place(focus)];
    document.getSelection()?.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
  }

  /** Where a span is in the window: a rectangle for each of its rows. */
  rectsOf({ start, end }: Stretch): DOMRect[] {
    const boxes: DOMRect[] = [];
    for (const piece of this.#lines.pieces(start, end)) {
      boxes.push(...this.#range(piece.start, piece.end, piece.line).getClientRects());
    }
    return boxes.filter((box) => box.width > 0);
  }

  /** Where a caret before this offset would be in the window. */
  caretRect(offset: number): DOMRect {
    const line = this.#lines.of(offset);
    const start = this.#lines.start(line);
    const end = this.#lines.end(line);
    const place = Math.min(offset, end);
    const after = place < end ? this.#range(place, place + 1, line).getClientRects()[0] : undefined;
    if (after) return new DOMRect(after.left, after.top, 0, after.height);
    const rows = place > start ? this.#range(place - 1, place, line).getClientRects() : [];
    const before = rows[rows.length - 1];
    if (before) return new DOMRect(before.right, before.top, 0, before.height);
    const block = this.block(line).getBoundingClientRect();
    return new DOMRect(block.left, block.top + block.height * 0.25, 0, block.height * 0.5);
  }

  /** The block of a line. */
  block(line: number): HTMLElement {
    const block = this.#blocks[line];
    if (block === undefined) throw new RangeError(`no line ${line}`);
    return block;
  }

  /** Scroll so that an offset can be read: to the middle where it was out of sight. */
  reveal(offset: number): void {
    const block = this.block(this.#lines.of(offset));
    const box = this.root.getBoundingClientRect();
    // Lines out of sight have no layout before they are scrolled to; a second look finds the place.
    for (let look = 0; look < 2; look++) {
      const caret = this.caretRect(offset);
      if (caret.top >= box.top + 8 && caret.bottom <= box.bottom - 24) return;
      if (look === 0) block.scrollIntoView({ block: "center" });
      const now = this.caretRect(offset);
      this.root.scrollTop += now.top - (box.top + box.height / 2);
    }
  }

  /** Give the element back as it was. */
  destroy(): void {
    for (const name of this.#layers.keys()) this.paint(name, []);
    cancelAnimationFrame(this.#frame);
    this.#resizes.disconnect();
    this.root.removeEventListener("scroll", this.#schedule);
    this.root.replaceChildren();
    this.root.classList.remove("surface");
  }

  #place(offset: number): { node: Node; offset: number } {
    const line = this.#lines.of(offset);
    const words = this.block(line).firstChild;
    if (words === null) throw new RangeError(`no text in line ${line}`);
    return {
      node: words,
      offset: Math.min(offset, this.#lines.end(line)) - this.#lines.start(line),
    };
  }

  #range(start: number, end: number, line: number): Range {
    const words = this.block(line).firstChild;
    const range = document.createRange();
    if (words === null) return range;
    range.setStart(words, start - this.#lines.start(line));
    range.setEnd(words, end - this.#lines.start(line));
    return range;
  }

  /** Register a span: a range for each line, since none may leave a block that lays out alone. */
  #highlight(span: Painted): AbstractRange[] {
    const highlight = registered(span.paint);
    const ranges: AbstractRange[] = [];
    for (const piece of this.#lines.pieces(span.start, span.end)) {
      const words = this.block(piece.line).firstChild;
      if (words === null) continue;
      const start = this.#lines.start(piece.line);
      const range = new StaticRange({
        startContainer: words,
        startOffset: piece.start - start,
        endContainer: words,
        endOffset: piece.end - start,
      });
      highlight.add(range);
      ranges.push(range);
    }
    return ranges;
  }

  #outdate({ start, end }: Stretch): void {
    for (const { line } of this.#lines.pieces(start, end)) this.#tagged.delete(line);
  }

  #forgetTags(): void {
    this.#tagged.clear();
    this.#schedule();
  }

  /** In the frame after the next one, when the lines that can be seen have their places. */
  readonly #schedule = (): void => {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#writeTags();
      });
    });
  };

  /** Put the short names below the spans of the lines that can be seen. */
  #writeTags(): void {
    const box = this.root.getBoundingClientRect();
    const first = this.#firstBelow(box.top);
    const work: { block: HTMLElement; tags: HTMLElement[] }[] = [];
    for (let line = first; line < this.#blocks.length; line++) {
      const block = this.block(line);
      if (block.getBoundingClientRect().top > box.bottom) break;
      if (this.#tagged.has(line)) continue;
      this.#tagged.add(line);
      work.push({ block, tags: this.#tagsOf(line, block.getBoundingClientRect()) });
    }
    for (const { block, tags } of work) {
      for (const old of block.querySelectorAll(".surface-tag")) old.remove();
      block.append(...tags);
    }
  }

  #tagsOf(line: number, box: DOMRect): HTMLElement[] {
    const found: { left: number; top: number; right: number; tag: NonNullable<Painted["tag"]> }[] =
      [];
    const [start, end] = [this.#lines.start(line), this.#lines.end(line)];
    for (const { spans } of this.#layers.values()) {
      for (let index = firstFrom(spans, start); index < spans.length; index++) {
        const span = spans[index];
        if (span === undefined || span.start >= Math.max(end, start + 1)) break;
        if (span.tag === undefined) continue;
        const row = this.#range(span.start, Math.min(span.end, end), line).getClientRects()[0];
        if (row === undefined) continue;
        found.push({ left: row.left, top: row.bottom, right: box.right, tag: span.tag });
      }
    }
    found.sort((one, other) => one.top - other.top || one.left - other.left);
    return found.map(({ left, top, right, tag }, index) => {
      const next = found[index + 1];
      const room = (next && Math.abs(next.top - top) < 4 ? next.left - GAP : right) - left;
      const element = document.createElement("i");
      element.className = "surface-tag";
      element.ariaHidden = "true";
      element.dataset["name"] = tag.name;
      element.dataset["hue"] = String(tag.hue);
      element.dataset["kind"] = tag.kind;
      element.style.left = `${left - box.left}px`;
      element.style.top = `${top - box.top}px`;
      element.style.maxWidth = `${Math.max(room, 8)}px`;
      return element;
    });
  }

  /** The first line whose end is below this height of the window. */
  #firstBelow(top: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.block(middle).getBoundingClientRect().bottom < top) low = middle + 1;
      else high = middle;
    }
    return Math.max(low, 0);
  }
}

/** The first of the spans that starts at an offset or after it. */
function firstFrom(spans: readonly Stretch[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The highlight of this name, which all surfaces of the page share. */
function registered(name: Paint): Highlight {
  let highlight = CSS.highlights.get(name);
  if (highlight === undefined) {
    highlight = new Highlight();
    highlight.priority = priority(name);
    CSS.highlights.set(name, highlight);
  }
  return highlight;
}

/** Rows stand apart; what is between two of them belongs to the nearer one. */
function inside(y: number, box: DOMRect): boolean {
  return y >= box.top - 4 && y <= box.bottom + 12;
}
