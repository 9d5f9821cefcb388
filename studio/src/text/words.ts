/** Words and characters as readers see them, for selections. Offsets are UTF-16 units. */

export interface Stretch {
  start: number;
  end: number;
}

const WHITE = /\s|\uFEFF/u;
/** What surrounds words. Signs that are part of what they stand at, such as `%`, are left out. */
const AROUND = /[\p{P}|]/u;
const PART = /[%‰#@&*§]/u;
const OPENING = "([{<«“‘„‚";
const CLOSING: Record<string, string> = { ")": "(", "]": "[", "}": "{", "»": "«", "”": "“" };

export class Words {
  readonly #text: string;
  readonly #words: Intl.Segments;
  readonly #characters: Intl.Segments;

  constructor(text: string, language?: string) {
    this.#text = text;
    this.#words = new Intl.Segmenter(language, { granularity: "word" }).segment(text);
    this.#characters = new Intl.Segmenter(language, { granularity: "grapheme" }).segment(text);
  }

  /** The word at an offset, or at the end of which it is; null where there is none. */
  at(offset: number): Stretch | null {
    for (const place of [offset, offset - 1]) {
      const segment = place < 0 ? undefined : this.#words.containing(place);
      if (segment?.isWordLike) return stretch(segment);
    }
    return null;
  }

  /**
   * Extend a selection to whole words and cut white space and punctuation off around it.
   *
   * Brackets stay where both are inside. A selection of nothing but punctuation stays as it is;
   * null is returned for one of nothing but white space.
   */
  snap(start: number, end: number): Stretch | null {
    const inner = this.#trimmed(start, end, white);
    if (inner === null) return null;
    const first = this.#words.containing(inner.start);
    const last = this.#words.containing(inner.end - 1);
    const whole = {
      start: first?.isWordLike ? first.index : inner.start,
      end: last?.isWordLike ? last.index + last.segment.length : inner.end,
    };
    const cut = this.#trimmed(
      whole.start,
      whole.end,
      (character) => white(character) || (AROUND.test(character) && !PART.test(character)),
    );
    return cut === null ? whole : this.#withBrackets(cut, whole);
  }

  /** Cut white space off a selection, and do not let it begin or end inside of a character. */
  exact(start: number, end: number): Stretch | null {
    return this.#trimmed(this.#floor(start), this.#ceiling(end), white);
  }

  /** The offset one character further, or nearer. */
  step(offset: number, direction: 1 | -1): number {
    if (direction === 1) return this.#ceiling(Math.min(offset + 1, this.#text.length));
    return this.#floor(Math.max(offset - 1, 0));
  }

  /** The offset at the next word's end (further), or at the beginning of the last one (nearer). */
  stepWord(offset: number, direction: 1 | -1): number {
    let place = offset;
    while (direction === 1 ? place < this.#text.length : place > 0) {
      const segment = this.#words.containing(direction === 1 ? place : place - 1);
      if (segment === undefined) break;
      place = direction === 1 ? segment.index + segment.segment.length : segment.index;
      if (segment.isWordLike) break;
    }
    return place;
  }

  #floor(offset: number): number {
    return this.#characters.containing(offset)?.index ?? this.#text.length;
  }

  #ceiling(offset: number): number {
    const segment = this.#characters.containing(offset);
    if (segment === undefined || segment.index === offset) return offset;
    return segment.index + segment.segment.length;
  }

  #trimmed(start: number, end: number, without: (character: string) => boolean): Stretch | null {
    let from = start;
    let to = end;
    while (from < to && without(this.#text.charAt(from))) from++;
    while (to > from && without(this.#text.charAt(to - 1))) to--;
    return from < to ? { start: from, end: to } : null;
  }

  /** Take back in a bracket that was cut off although its other half is inside. */
  #withBrackets(cut: Stretch, whole: Stretch): Stretch {
    let { start, end } = cut;
    const inside = this.#text.slice(start, end);
    const closing = this.#text.charAt(end);
    const opening = CLOSING[closing];
    if (
      end < whole.end &&
      opening !== undefined &&
      count(inside, opening) > count(inside, closing)
    ) {
      end += 1;
    }
    const before = this.#text.charAt(start - 1);
    const pair = Object.keys(CLOSING).find((one) => CLOSING[one] === before);
    if (start > whole.start && OPENING.includes(before) && pair !== undefined) {
      if (count(inside, pair) > count(inside, before)) start -= 1;
    }
    return { start, end };
  }
}

function white(character: string): boolean {
  return WHITE.test(character);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function stretch(segment: Intl.SegmentData): Stretch {
  return { start: segment.index, end: segment.index + segment.segment.length };
}
