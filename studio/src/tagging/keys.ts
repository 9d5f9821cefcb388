/** The keys that apply entity types: first digits, then the letters that do nothing else. */

const KEYS = "123456789cdefghilmoqsuvwxyz";

/** The key of the type at this place of the list; none for those further down. */
export function keyAt(place: number): string | undefined {
  return KEYS[place];
}

/** The place of the type that a key applies, or -1. */
export function placeOf(key: string): number {
  return key.length === 1 ? KEYS.indexOf(key.toLowerCase()) : -1;
}

/** What every key does, for the sheet of shortcuts. */
export const SHORTCUTS: readonly { title: string; keys: readonly [string, string][] }[] = [
  {
    title: "Tag",
    keys: [
      ["1 … 9, c … z", "tag the selection as the type with this key"],
      ["Enter", "choose a type for the selection, or open the menu of a tag"],
      ["Esc", "put the brush down, close the selection"],
      ["Delete", "remove the tag"],
      ["[  and  ]", "extend the tag to the left, to the right"],
      ["{  and  }", "shorten the tag from the left, from the right"],
      ["t", "tag all occurrences of the selection"],
      ["Ctrl + Z, Ctrl + Y", "undo, redo"],
      ["Ctrl + S", "save now"],
    ],
  },
  {
    title: "Suggestions",
    keys: [
      ["a", "accept the suggestion"],
      ["r", "reject the suggestion"],
    ],
  },
  {
    title: "Move",
    keys: [
      ["Arrows, Home, End, Page Up, Page Down", "move the caret"],
      ["Ctrl + Left, Ctrl + Right", "move by words"],
      ["Shift with any of these", "select"],
      ["n, p", "next and previous tag"],
      ["j, k", "next and previous document"],
      ["?", "show these shortcuts"],
    ],
  },
];
