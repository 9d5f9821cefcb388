/** Texts to test a model on: how long they may be, and how they come out of files. */

import { bytes, number } from "../../parts/words.ts";

/** Bytes of a file that is looked into, for each character of a text that may be: far more than it has. */
const BYTES = 128;

const NOT_ASCII = /[^\0-\x7f]/;

/** The text of a file, or why it cannot be tested on. */
export class Unreadable extends Error {}

/** How many characters a reader would count in a text (text elements, as the service does). */
export function elements(text: string): number {
  if (!NOT_ASCII.test(text)) return text.length - (text.match(/\r\n/g)?.length ?? 0);
  let counted = 0;
  for (const _ of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) {
    counted++;
  }
  return counted;
}

/** Why a text is longer than `most` characters (text elements), or null. */
export function tooLong(text: string, most: number): string | null {
  if (text.length <= most) return null;
  const counted = elements(text);
  if (counted <= most) return null;
  return `The text has ${number(counted)} characters; at most ${number(most)} can be tested at once.`;
}

/** Return the text of a `.txt` file, with its line ends and its byte order mark; throw `Unreadable`. */
export async function textOf(file: File, most: number): Promise<string> {
  const { name } = file;
  if (/\.pdf$/i.test(name)) throw isPdf(name);
  if (!/\.txt$/i.test(name)) {
    throw new Unreadable(`“${name}” is not a .txt file. Save what it says as plain text first.`);
  }
  if (file.size === 0) throw new Unreadable(`“${name}” is empty.`);
  if (file.size > BYTES * most) {
    throw new Unreadable(
      `“${name}” has ${bytes(file.size)}; a text of ${number(most)} characters is far smaller.`,
    );
  }
  return decoded(name, new Uint8Array(await file.arrayBuffer()), most);
}

/** Return bytes as the text that they are; throw `Unreadable` for what is no text in UTF-8. */
export function decoded(name: string, content: Uint8Array, most: number): string {
  if (String.fromCharCode(...content.subarray(0, 5)) === "%PDF-") throw isPdf(name);
  if (content.includes(0)) {
    throw new Unreadable(`“${name}” is a binary file, not a text in UTF-8.`);
  }
  let text: string;
  try {
    // The mark of the byte order counts where offsets are counted, so it stays.
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new Unreadable(`“${name}” is not a text in UTF-8. Save it in this encoding first.`);
  }
  const refusal = tooLong(text, most);
  if (refusal !== null) throw new Unreadable(`“${name}” was not taken. ${refusal}`);
  return text;
}

function isPdf(name: string): Unreadable {
  return new Unreadable(`“${name}” is a PDF, not a text. Save what it says as a .txt file first.`);
}
