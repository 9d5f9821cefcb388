/**
 * Saves what is done to documents, and loses nothing of it.
 *
 * Every change is written down in the browser first, then sent. What could not be sent (the server is
 * away, the tab has died) is sent later, from what was written down. Labels are sent over the version
 * that they began from, so that the work of somebody else is never overwritten without asking.
 */

import { type Content, contentOf, type Saved, sameContent } from "./Content.ts";
import { merge, type Span } from "./spans.ts";

/** What is written down in the browser: the change, and the version that it began from. */
export interface Entry {
  documentName: string;
  base: Saved;
  content: Content;
  writtenAt: number;
}

/** Where changes are written down. */
export interface Journal {
  put(entry: Entry): Promise<void>;
  remove(documentName: string): Promise<void>;
}

export type Sent =
  | { outcome: "saved"; saved: Saved }
  /** Somebody else has saved labels since; or the text is another one now. */
  | { outcome: "conflict"; theirs: Saved }
  /** The service could not be reached: worth trying again. */
  | { outcome: "away"; message: string }
  | { outcome: "refused"; message: string };

/** Sends labels to the service; never throws. */
export type Send = (documentName: string, base: Saved, content: Content) => Promise<Sent>;

export interface Status {
  state: "saved" | "saving" | "unsaved";
  /** Why the last try to save it failed. */
  problem?: string;
  /** What somebody else has saved: nothing is sent before `resolve`. */
  conflict?: Conflict;
}

export interface Conflict {
  base: Saved;
  mine: Content;
  theirs: Saved;
  /** Both of them, and the labels of mine that overlap theirs. */
  both: { spans: readonly Span[]; lost: readonly Span[] };
  /** Whether theirs is another text: then mine cannot be kept. */
  otherText: boolean;
}

/** Milliseconds of quiet before a change is sent. */
const QUIET = 400;

/** Milliseconds until the next try, each twice as long as the one before. */
const FIRST_RETRY = 1_000;
const LAST_RETRY = 15_000;

const SAVED: Status = { state: "saved" };

interface Work {
  base: Saved;
  content: Content;
  status: Status;
  timer: ReturnType<typeof setTimeout> | undefined;
  sending: boolean;
  failures: number;
}

export class Keeper {
  readonly #send: Send;
  readonly #journal: Journal;
  readonly #works = new Map<string, Work>();
  readonly #listeners = new Set<() => void>();
  readonly #quiet: number;

  constructor(send: Send, journal: Journal, quiet: number = QUIET) {
    this.#send = send;
    this.#journal = journal;
    this.#quiet = quiet;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  status(documentName: string): Status {
    return this.#works.get(documentName)?.status ?? SAVED;
  }

  /** Documents with changes that are not saved yet. */
  unsaved(): string[] {
    return [...this.#works].filter(([, one]) => one.status.state !== "saved").map(([name]) => name);
  }

  /** What has been kept of a document so far, if anything is not saved yet. */
  pending(documentName: string): Entry | undefined {
    const work = this.#works.get(documentName);
    if (work === undefined || work.status.state === "saved") return undefined;
    const { base, content } = work;
    return { documentName, base, content, writtenAt: Date.now() };
  }

  /** Begin from what the service has. What is not saved yet stays as it is. */
  opened(documentName: string, saved: Saved): void {
    if (this.pending(documentName) !== undefined) return;
    this.#works.set(documentName, idle(saved));
    this.#tell();
  }

  /** Write a change down, and send it after a moment of quiet. */
  changed(documentName: string, content: Content): void {
    const work = this.#works.get(documentName);
    if (work === undefined) throw new Error("a document that was not opened");
    if (sameContent(work.content, content)) return;
    work.content = content;
    this.#write(documentName, work);
    if (work.status.conflict !== undefined) {
      const { theirs } = work.status.conflict;
      this.#show(work, { ...work.status, conflict: conflictOf(work, theirs) });
      return;
    }
    this.#show(work, { ...work.status, state: work.sending ? "saving" : "unsaved" });
    this.#later(documentName, work, this.#quiet);
  }

  /** Take up what was written down before: by a tab that has died, or while the service was away. */
  recover(entry: Entry, now: Saved): "same" | "restored" | "conflict" {
    const { documentName, base, content } = entry;
    if (sameContent(now, content)) {
      this.opened(documentName, now);
      void this.#journal.remove(documentName);
      return "same";
    }
    const work = { ...idle(base), content };
    this.#works.set(documentName, work);
    this.#write(documentName, work);
    if (now.etag === base.etag && now.textDigest === base.textDigest) {
      this.#show(work, { state: "unsaved" });
      this.#later(documentName, work, 0);
      return "restored";
    }
    this.#show(work, { state: "unsaved", conflict: conflictOf(work, now) });
    return "conflict";
  }

  /** Send now what is not saved: of one document, or of all. */
  async saveNow(documentName?: string): Promise<void> {
    const names = documentName === undefined ? this.unsaved() : [documentName];
    await Promise.all(names.map((name) => this.#try(name)));
  }

  /** Send what a document has, although nothing of it was changed: its labels hold for its new text. */
  confirm(documentName: string): Promise<void> {
    const work = this.#works.get(documentName);
    if (work !== undefined) this.#show(work, { state: "unsaved" });
    return this.#try(documentName);
  }

  /** Settle a conflict with one content, over what the other one has saved. */
  resolve(documentName: string, content: Content): void {
    const work = this.#works.get(documentName);
    const theirs = work?.status.conflict?.theirs;
    if (work === undefined || theirs === undefined) return;
    work.base = theirs;
    work.content = content;
    if (sameContent(theirs, content)) {
      this.#done(documentName, work, theirs);
      return;
    }
    this.#write(documentName, work);
    this.#show(work, { state: "unsaved" });
    this.#later(documentName, work, 0);
  }

  /** Forget a document that is gone, with what was not saved of it. */
  forget(documentName: string): void {
    clearTimeout(this.#works.get(documentName)?.timer);
    this.#works.delete(documentName);
    void this.#journal.remove(documentName);
    this.#tell();
  }

  /** Stop sending; what is written down stays. */
  stop(): void {
    for (const work of this.#works.values()) clearTimeout(work.timer);
    this.#listeners.clear();
  }

  async #try(documentName: string): Promise<void> {
    const work = this.#works.get(documentName);
    if (work === undefined || work.sending || work.status.state === "saved") return;
    if (work.status.conflict !== undefined) return;
    clearTimeout(work.timer);
    work.sending = true;
    const { base, content } = work;
    this.#show(work, { ...work.status, state: "saving" });
    const sent = await this.#send(documentName, base, content);
    work.sending = false;
    if (this.#works.get(documentName) !== work) return;
    this.#take(documentName, work, content, sent);
  }

  #take(documentName: string, work: Work, content: Content, sent: Sent): void {
    switch (sent.outcome) {
      case "saved":
        work.failures = 0;
        if (work.content === content) {
          this.#done(documentName, work, sent.saved);
        } else {
          work.base = sent.saved;
          this.#write(documentName, work);
          this.#show(work, { state: "unsaved" });
          this.#later(documentName, work, 0);
        }
        return;
      case "conflict":
        // What was sent may have arrived although its answer was lost.
        if (sameContent(sent.theirs, content) && sent.theirs.textDigest === work.base.textDigest) {
          this.#take(documentName, work, content, { outcome: "saved", saved: sent.theirs });
          return;
        }
        this.#show(work, { state: "unsaved", conflict: conflictOf(work, sent.theirs) });
        return;
      case "away":
        this.#show(work, { state: "unsaved", problem: sent.message });
        this.#later(documentName, work, Math.min(FIRST_RETRY * 2 ** work.failures++, LAST_RETRY));
        return;
      case "refused":
        this.#show(work, { state: "unsaved", problem: sent.message });
    }
  }

  #done(documentName: string, work: Work, saved: Saved): void {
    clearTimeout(work.timer);
    work.base = saved;
    work.content = contentOf(saved);
    void this.#journal.remove(documentName);
    this.#show(work, SAVED);
  }

  #later(documentName: string, work: Work, wait: number): void {
    clearTimeout(work.timer);
    work.timer = setTimeout(() => void this.#try(documentName), wait);
  }

  #write(documentName: string, { base, content }: Work): void {
    void this.#journal.put({ documentName, base, content, writtenAt: Date.now() });
  }

  #show(work: Work, status: Status): void {
    work.status = status;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function idle(saved: Saved): Work {
  return {
    base: saved,
    content: contentOf(saved),
    status: SAVED,
    timer: undefined,
    sending: false,
    failures: 0,
  };
}

function conflictOf({ base, content }: Work, theirs: Saved): Conflict {
  return {
    base,
    mine: content,
    theirs,
    both: merge(base.spans, content.spans, theirs.spans),
    otherText: theirs.textDigest !== base.textDigest,
  };
}
