/**
 * The lines of a text, by offsets in UTF-16 units of the exact text.
 *
 * A line is what is painted as one block. The characters that end it (LF, CR LF or a lone CR) belong
 * to the text and count, but are in no line: an offset inside of them is painted at the line's end.
 */

const BREAK = /\r\n|\n|\r/g;

export class Lines {
  readonly #starts: number[] = [0];
  readonly #ends: number[] = [];

  constructor(text: string) {
    for (const { index, 0: mark } of text.matchAll(BREAK)) {
      this.#ends.push(index);
      this.#starts.push(index + mark.length);
    }
    this.#ends.push(text.length);
  }

  get count(): number {
    return this.#starts.length;
  }

  /** Where a line begins. */
  start(line: number): number {
    return at(this.#starts, line);
  }

  /** Where a line ends, before the characters that end it. */
  end(line: number): number {
    return at(this.#ends, line);
  }

  /** The line of an offset; the characters that end a line belong to it. */
  of(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (at(this.#starts, middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Cut a span into what lies in each line, without what is in none. */
  *pieces(start: number, end: number): Generator<{ line: number; start: number; end: number }> {
    for (let line = this.of(start); line < this.count && this.start(line) < end; line++) {
      const from = Math.max(start, this.start(line));
      const to = Math.min(end, this.end(line));
      if (from < to) yield { line, start: from, end: to };
    }
  }
}

function at(values: number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no line ${index}`);
  return value;
}
