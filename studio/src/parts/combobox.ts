import type { FocusEvent } from "react";

/**
 * To be called where a combobox that takes any text is left. A text that was pasted opens no list,
 * and Fluent would go on naming an option of it as the active one, which is not there any more.
 */
export function leave(event: FocusEvent<HTMLInputElement>): void {
  event.currentTarget.removeAttribute("aria-activedescendant");
}
