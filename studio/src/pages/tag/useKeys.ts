/** The keys of the page, wherever the focus is but in a field, a menu or a dialog. */

import { useEffect, useRef } from "react";
import { placeOf } from "../../tagging/keys.ts";
import type { Kind } from "./types.ts";
import type { Acts } from "./useActs.ts";

export interface Keys {
  kinds: readonly Kind[];
  readOnly: boolean;
  acts: Acts;
  hasSuggestion: boolean;
  /** Go to the next tag, or to the one before. */
  onWalk: (direction: 1 | -1) => void;
  onStep: (direction: 1 | -1) => void;
  onSheet: () => void;
  onEscape: () => void;
  onPick: (category: string) => void;
}

export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || elsewhere(event.target)) return;
      if (handle(latest.current, event)) event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

/** Whether a key is meant for what has the focus. */
function elsewhere(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      "input:not([type=radio]):not([type=checkbox]), textarea, select, [role=menu], [role=dialog]",
    ) !== null
  );
}

function handle(keys: Keys, event: KeyboardEvent): boolean {
  const { acts, readOnly } = keys;
  // Brackets take AltGr on many keyboards, which is Ctrl and Alt to some systems.
  if (!readOnly && "[]{}".includes(event.key) && acts.nudge(event.key)) return true;
  if (event.ctrlKey || event.metaKey) return command(keys, event);
  if (event.altKey) return false;
  switch (event.key) {
    case "Escape":
      keys.onEscape();
      return true;
    case "?":
      keys.onSheet();
      return true;
    case "n":
    case "p":
      keys.onWalk(event.key === "n" ? 1 : -1);
      return true;
    case "j":
    case "k":
      keys.onStep(event.key === "j" ? 1 : -1);
      return true;
  }
  if (readOnly) return false;
  return edit(keys, event.key);
}

function edit({ acts, hasSuggestion, kinds, onPick }: Keys, key: string): boolean {
  switch (key) {
    case "Delete":
    case "Backspace":
      if (hasSuggestion) acts.reject();
      else acts.remove();
      return true;
    case "a":
      if (hasSuggestion) acts.accept();
      return hasSuggestion;
    case "r":
      if (hasSuggestion) acts.reject();
      return hasSuggestion;
    case "t":
      acts.askOccurrences();
      return true;
  }
  const kind = kinds[placeOf(key)];
  if (kind === undefined) return false;
  onPick(kind.category);
  return true;
}

function command({ acts, readOnly }: Keys, event: KeyboardEvent): boolean {
  switch (event.key.toLowerCase()) {
    case "s":
      acts.save();
      return true;
    case "z":
      if (readOnly) return false;
      if (event.shiftKey) acts.redo();
      else acts.undo();
      return true;
    case "y":
      if (!readOnly) acts.redo();
      return !readOnly;
    default:
      return false;
  }
}
