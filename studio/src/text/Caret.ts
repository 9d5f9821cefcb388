/** A caret that is moved by keys in a text that cannot be changed, and what it selects. */

import type { TextSurface } from "./TextSurface.ts";
import { Words } from "./words.ts";

export class Caret {
  readonly #surface: TextSurface;
  readonly #mark = document.createElement("i");
  #words = new Words("");
  #anchor = 0;
  #focus = 0;
  /** Where up and down aim at, in pixels of the window: it lasts over short lines. */
  #column: number | null = null;

  constructor(surface: TextSurface) {
    this.#surface = surface;
    this.#mark.className = "surface-caret";
    this.#mark.ariaHidden = "true";
    // Not before: to ask for a place would lay out a long text that nothing is shown of yet.
    surface.root.addEventListener("focus", () => this.#draw());
  }

  get offset(): number {
    return this.#focus;
  }

  get anchor(): number {
    return this.#anchor;
  }

  /** Begin at the beginning of the text that the surface shows now. */
  restart(words: Words): void {
    this.#words = words;
    this.#anchor = this.#focus = 0;
    this.#column = null;
    this.#mark.remove();
  }

  /** Put the caret before an offset; with `extend`, select from where the selection began. */
  place(offset: number, extend = false): void {
    this.#column = null;
    this.#move(offset, extend);
  }

  /** Take over what was selected with the mouse. */
  take(anchor: number, focus: number): void {
    this.#anchor = anchor;
    this.#focus = focus;
    this.#column = null;
    this.#draw();
  }

  /** Do what a key says, and return whether it said anything to a caret. */
  key(event: KeyboardEvent): boolean {
    const whole = event.ctrlKey || event.metaKey;
    if (event.altKey) return false;
    const to = this.#target(event.key, whole);
    if (to === null) return false;
    const vertical = event.key === "ArrowUp" || event.key === "ArrowDown" || paging(event.key);
    if (!vertical) this.#column = null;
    this.#move(to, event.shiftKey);
    return true;
  }

  #target(key: string, whole: boolean): number | null {
    const { lines, text } = this.#surface;
    const line = lines.of(this.#focus);
    switch (key) {
      case "ArrowRight":
        return this.#across(whole, 1);
      case "ArrowLeft":
        return this.#across(whole, -1);
      case "ArrowDown":
        return this.#vertical(1);
      case "ArrowUp":
        return this.#vertical(-1);
      case "PageDown":
        return this.#page(1);
      case "PageUp":
        return this.#page(-1);
      case "Home":
        return whole ? 0 : lines.start(line);
      case "End":
        return whole ? text.length : lines.end(line);
      default:
        return null;
    }
  }

  #across(whole: boolean, direction: 1 | -1): number {
    const words = this.#words;
    return whole ? words.stepWord(this.#focus, direction) : words.step(this.#focus, direction);
  }

  /** One row up or down, also within a line that takes several rows. */
  #vertical(direction: 1 | -1): number {
    const { lines, text } = this.#surface;
    this.#surface.reveal(this.#focus);
    const here = this.#surface.caretRect(this.#focus);
    this.#column ??= here.left;
    const row = Number.parseFloat(getComputedStyle(this.#surface.root).lineHeight) || 24;
    const found = this.#surface.offsetAt(
      this.#column,
      here.top + here.height / 2 + direction * row,
    );
    if (found !== null && found !== this.#focus) {
      // Beyond the first and the last row of a line, the nearest offset can be on this row itself.
      const there = this.#surface.caretRect(found);
      if (Math.sign(Math.round(there.top - here.top)) === direction) return found;
    }
    const next = lines.of(this.#focus) + direction;
    if (next < 0) return 0;
    return next >= lines.count ? text.length : lines.start(next);
  }

  #page(direction: 1 | -1): number {
    const row = Number.parseFloat(getComputedStyle(this.#surface.root).lineHeight) || 24;
    const rows = Math.max(1, Math.floor(this.#surface.root.clientHeight / row) - 2);
    const before = [this.#anchor, this.#focus] as const;
    for (let count = 0; count < rows; count++) this.#focus = this.#vertical(direction);
    const found = this.#focus;
    [this.#anchor, this.#focus] = before;
    return found;
  }

  #move(offset: number, extend: boolean): void {
    this.#focus = Math.min(Math.max(offset, 0), this.#surface.text.length);
    if (!extend) this.#anchor = this.#focus;
    this.#surface.reveal(this.#focus);
    this.#surface.select(this.#anchor, this.#focus);
    this.#draw();
  }

  #draw(): void {
    const block = this.#surface.block(this.#surface.lines.of(this.#focus));
    const box = block.getBoundingClientRect();
    const caret = this.#surface.caretRect(this.#focus);
    this.#mark.style.left = `${caret.left - box.left - 1}px`;
    this.#mark.style.top = `${caret.top - box.top}px`;
    this.#mark.style.height = `${caret.height}px`;
    block.append(this.#mark);
  }
}

function paging(key: string): boolean {
  return key === "PageUp" || key === "PageDown";
}
