/** All places of a text in another one, by the rules of the service's own search. */

import type { Stretch } from "../text/words.ts";

export interface Rules {
  matchCase: boolean;
  /** No letter or digit on either side. */
  wholeWords: boolean;
}

export function occurrences(text: string, wanted: string, rules: Rules): Stretch[] {
  if (wanted === "") return [];
  const literal = wanted.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  const pattern = rules.wholeWords ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal;
  const found = text.matchAll(new RegExp(pattern, rules.matchCase ? "gu" : "giu"));
  return Array.from(found, ({ index, 0: { length } }) => ({ start: index, end: index + length }));
}
