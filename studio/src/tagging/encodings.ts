/** What the bytes of a file say, without guessing: documents are kept in UTF-8. */

export type Decoded =
  /** Sure: `bytes` are the text in UTF-8, which are the file's own where it was UTF-8 already. */
  | { sure: true; encoding: string; text: string; bytes: Uint8Array<ArrayBuffer> }
  /** Not UTF-8: perhaps the old encoding of Windows; somebody has to look at the text. */
  | { sure: false; encoding: "windows-1252"; text: string; bytes: Uint8Array<ArrayBuffer> };

/** Bytes that are looked at to tell UTF-16 without a mark. */
const SAMPLE = 4_096;

/** Decode a file. A mark of UTF-8 at its beginning is kept: it is a character of the text. */
export function decode(bytes: Uint8Array<ArrayBuffer>): Decoded {
  const wide = utf16(bytes);
  if (wide !== null) {
    const text = new TextDecoder(wide).decode(bytes);
    return { sure: true, encoding: wide.toUpperCase(), text, bytes: utf8(text) };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { sure: true, encoding: "UTF-8", text, bytes };
  } catch {
    const text = new TextDecoder("windows-1252").decode(bytes);
    return { sure: false, encoding: "windows-1252", text, bytes: utf8(text) };
  }
}

/** Lines with characters that differ between encodings: those worth looking at in a preview. */
export function doubtful(text: string, most = 8): string[] {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => /[^\p{ASCII}]/u.test(line));
  return lines.slice(0, most).map((line) => (line.length > 160 ? `${line.slice(0, 160)}…` : line));
}

function utf16(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  // Without a mark: every other byte of Latin text is zero, which no text in UTF-8 has.
  const zeros = [0, 0];
  const length = Math.min(bytes.length, SAMPLE) & ~1;
  for (let at = 0; at < length; at++) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > length / 8 && even === 0) return "utf-16le";
  if (even > length / 8 && odd === 0) return "utf-16be";
  return null;
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
