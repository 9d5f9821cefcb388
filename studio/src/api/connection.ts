/** Whether the service answers: told by every request, shown in one place. */

let away = false;
const listeners = new Set<() => void>();

/** Note that a request was answered, whatever the answer, or that none came. */
export function noteAnswer(came: boolean): void {
  if (away === !came) return;
  away = !came;
  for (const listener of listeners) listener();
}

/** Whether the last request got no answer. */
export function isAway(): boolean {
  return away;
}

/** Call back when the service goes away or comes back; return what stops that. */
export function onConnectionChange(callback: () => void): () => void {
  listeners.add(callback);
  return () => listeners.delete(callback);
}
