/**
 * The labels of one document while somebody works on them.
 *
 * It knows nothing of the page nor of the service: `subscribe` tells of every change, and whoever
 * keeps the labels reads `state` then. States are never changed, only replaced.
 */

import type { Dataset } from "../api/types.ts";
import type { Content } from "./Content.ts";
import { type Elsewhere, History, type Step } from "./history.ts";
import { apply, type Change, inverse, overlapping, type Span, same } from "./spans.ts";
import { accepted, open, type Suggestion } from "./suggestions.ts";

export interface State extends Content {
  suggestions: readonly Suggestion[];
  undoable: Step | undefined;
  redoable: Step | undefined;
}

/** What became of a label that was to be added. */
export type Placed =
  | { outcome: "added" | "already" }
  /** Nothing was changed: these are in its way. */
  | { outcome: "overlap"; others: readonly Span[] };

export class Session {
  readonly text: string;
  #content: Content;
  #suggested: readonly Suggestion[] = [];
  #rejected: readonly Span[] = [];
  readonly #history: History;
  readonly #listeners = new Set<() => void>();
  #state: State;

  constructor(text: string, content: Content, history = new History()) {
    this.text = text;
    this.#content = content;
    this.#history = history;
    this.#state = this.#render();
  }

  get state(): State {
    return this.#state;
  }

  get history(): History {
    return this.#history;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Add a label. One that overlaps others is not added, but with `replace` takes their place. */
  add(span: Span, replace = false): Placed {
    const others = overlapping(this.#content.spans, span);
    if (others.some((other) => same(other, span))) return { outcome: "already" };
    if (others.length > 0 && !replace) return { outcome: "overlap", others };
    this.#do({
      title: `Tagged ${this.quote(span)} as ${span.category}`,
      change: { add: [span], remove: others },
    });
    return { outcome: "added" };
  }

  /** Add all labels that have a place, in one step; return how many these were. */
  addAll(spans: readonly Span[], title: string, elsewhere?: readonly Elsewhere[]): number {
    let after = this.#content.spans;
    const add: Span[] = [];
    for (const span of spans) {
      if (overlapping(after, span).length > 0) continue;
      after = apply(after, { add: [span], remove: [] });
      add.push(span);
    }
    if (add.length > 0 || elsewhere?.length) {
      this.#do({ title, change: { add, remove: [] }, ...(elsewhere && { elsewhere }) });
    }
    return add.length;
  }

  remove(span: Span): void {
    this.#do({
      title: `Removed ${span.category} from ${this.quote(span)}`,
      change: { add: [], remove: [span] },
    });
  }

  retype(span: Span, category: string): void {
    if (category === span.category) return;
    this.#do({
      title: `Changed ${this.quote(span)} from ${span.category} to ${category}`,
      change: { add: [{ ...span, category }], remove: [span] },
    });
  }

  /** Move a border of a label; return the label as it is then, or null where it cannot be moved. */
  resize(span: Span, to: { start: number; end: number }): Span | null {
    const moved = { ...span, start: to.start, end: to.end };
    if (moved.start < 0 || moved.end > this.text.length || moved.start >= moved.end) return null;
    if (this.text.slice(moved.start, moved.end).trim() === "") return null;
    if (overlapping(this.#content.spans, moved).some((one) => !same(one, span))) return null;
    this.#do({
      title: `${span.category} is now ${this.quote(moved)}`,
      change: { add: [moved], remove: [span] },
    });
    return moved;
  }

  setLanguage(language: string | null): void {
    this.#set({ ...this.#content, language });
  }

  setDataset(dataset: Dataset | null): void {
    this.#set({ ...this.#content, dataset });
  }

  /** Show what a model suggests; none with an empty list. */
  suggest(suggestions: readonly Suggestion[]): void {
    this.#suggested = suggestions;
    this.#rejected = [];
    this.#tell();
  }

  accept(suggestion: Suggestion): Placed {
    return this.add(accepted(suggestion));
  }

  acceptAll(): number {
    const all = this.#state.suggestions;
    return this.addAll(all.map(accepted), `Accepted ${all.length} suggestions`);
  }

  reject(...suggestions: readonly Suggestion[]): void {
    this.#rejected = [...this.#rejected, ...suggestions];
    this.#tell();
  }

  /** Undo the last step and return it, or undefined where there is none. */
  undo(): Step | undefined {
    const step = this.#history.undoable;
    if (step === undefined) return undefined;
    this.#history.undid();
    this.#change(inverse(step.change));
    return step;
  }

  redo(): Step | undefined {
    const step = this.#history.redoable;
    if (step === undefined) return undefined;
    this.#history.redid();
    this.#change(step.change);
    return step;
  }

  /** Take over what somebody else has saved: steps that were made before cannot be undone then. */
  replace(content: Content): void {
    this.#history.clear();
    this.#set(content);
  }

  /** The words of a span, shortened, for people. */
  quote({ start, end }: { start: number; end: number }): string {
    const words = this.text.slice(start, end).replace(/\s+/g, " ");
    return `“${words.length > 40 ? `${words.slice(0, 39)}…` : words}”`;
  }

  #do(step: Step): void {
    this.#history.did(step);
    this.#change(step.change);
  }

  #change(change: Change): void {
    this.#set({ ...this.#content, spans: apply(this.#content.spans, change) });
  }

  #set(content: Content): void {
    this.#content = content;
    this.#tell();
  }

  #tell(): void {
    this.#state = this.#render();
    for (const listener of this.#listeners) listener();
  }

  #render(): State {
    return {
      ...this.#content,
      suggestions: open(this.#suggested, this.#content.spans, this.#rejected),
      undoable: this.#history.undoable,
      redoable: this.#history.redoable,
    };
  }
}
