/** What can be undone and redone in one document: the last 500 steps. */

import type { Change } from "./spans.ts";

/** A change of the labels of other documents, which the service makes and takes back. */
export interface Elsewhere {
  documentName: string;
  textDigest: string;
  change: Change;
}

export interface Step {
  /** What was done, for the announcement: "Tagged “Contoso” as Lender". */
  title: string;
  change: Change;
  elsewhere?: readonly Elsewhere[];
}

const DEPTH = 500;

export class History {
  #done: Step[] = [];
  #undone: Step[] = [];

  get undoable(): Step | undefined {
    return this.#done[this.#done.length - 1];
  }

  get redoable(): Step | undefined {
    return this.#undone[this.#undone.length - 1];
  }

  /** Remember a step; what was undone before it cannot be redone any more. */
  did(step: Step): void {
    this.#done.push(step);
    if (this.#done.length > DEPTH) this.#done.shift();
    this.#undone = [];
  }

  /** Move the last step to those that can be redone. */
  undid(): void {
    const step = this.#done.pop();
    if (step !== undefined) this.#undone.push(step);
  }

  redid(): void {
    const step = this.#undone.pop();
    if (step !== undefined) this.#done.push(step);
  }

  clear(): void {
    this.#done = [];
    this.#undone = [];
  }
}
