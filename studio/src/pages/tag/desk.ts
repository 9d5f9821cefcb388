/**
 * What outlives the page: the keeper of a project's changes, and what can be undone in its documents.
 *
 * Saving goes on when one looks at another page; leaving the studio with something unsaved asks first.
 */

import { ApiError } from "../../api/client.ts";
import { openDocument, savedOf, sender } from "../../api/labelling.ts";
import { documentsQuery, queryClient } from "../../api/queries.ts";
import type { Document, LabelledDocument } from "../../api/types.ts";
import { type Content, contentOf } from "../../tagging/Content.ts";
import { History } from "../../tagging/history.ts";
import { journalOf, left, takeUp } from "../../tagging/journal.ts";
import { Keeper } from "../../tagging/Keeper.ts";
import { Session } from "../../tagging/Session.ts";
import { allSame, type Span } from "../../tagging/spans.ts";

export interface Opened {
  document: LabelledDocument;
  session: Session;
  /** What was found of earlier work that had not been saved. */
  recovered: "restored" | "conflict" | null;
}

export class Desk {
  readonly project: string;
  readonly keeper: Keeper;
  readonly #histories = new Map<string, { spans: readonly Span[]; history: History }>();

  constructor(project: string) {
    this.project = project;
    const send = sender(project, (document) => counted(project, document));
    this.keeper = new Keeper(send, journalOf(project));
  }

  /** Open a document with what was not saved of it, by this tab or by one that is gone. */
  async open(name: string, signal: AbortSignal): Promise<Opened> {
    const [document, entries] = await Promise.all([
      openDocument(this.project, name, signal),
      left(this.project).catch(() => []),
    ]);
    signal.throwIfAborted();
    const saved = savedOf(document);
    const pending = this.keeper.pending(name);
    const entry = entries.find(({ documentName }) => documentName === name);
    let content: Content =
      pending?.base.textDigest === saved.textDigest ? pending.content : contentOf(saved);
    let recovered: Opened["recovered"] = null;
    if (pending === undefined && entry !== undefined) {
      const outcome = this.keeper.recover(entry, saved);
      await takeUp(this.project, name);
      if (outcome !== "same") recovered = outcome;
      if (entry.base.textDigest === saved.textDigest) content = entry.content;
    } else {
      this.keeper.opened(name, saved);
    }
    return { document, session: this.#session(document, content), recovered };
  }

  /** Save what tabs that are gone have left of documents, all but the one that is opened anyway. */
  async takeUpAll(except: string | undefined): Promise<void> {
    const seen = new Set([except]);
    for (;;) {
      // Read anew each time: meanwhile another document may have been opened.
      const entries = await left(this.project).catch(() => []);
      const entry = entries.find(({ documentName }) => !seen.has(documentName));
      if (entry === undefined) return;
      const { documentName } = entry;
      seen.add(documentName);
      try {
        const saved = savedOf(await openDocument(this.project, documentName));
        if (this.keeper.pending(documentName) === undefined) this.keeper.recover(entry, saved);
        await takeUp(this.project, documentName);
      } catch (error) {
        // It stays written down, for the next time.
        if (!(error instanceof ApiError)) throw error;
      }
    }
  }

  #session(document: LabelledDocument, content: Content): Session {
    const { documentName: name, text } = document;
    const known = this.#histories.get(name);
    const history = known && allSame(known.spans, content.spans) ? known.history : new History();
    const session = new Session(text, content, history);
    session.subscribe(() => {
      this.#histories.set(name, { spans: session.state.spans, history: session.history });
      this.keeper.changed(name, contentOf(session.state));
    });
    return session;
  }
}

const desks = new Map<string, Desk>();

/** The desk of a project: one for the life of this tab. */
export function deskOf(project: string): Desk {
  let desk = desks.get(project);
  if (desk === undefined) {
    desk = new Desk(project);
    desks.set(project, desk);
  }
  return desk;
}

window.addEventListener("beforeunload", (event) => {
  const unsaved = [...desks.values()].flatMap(({ keeper }) => keeper.unsaved());
  if (unsaved.length > 0) event.preventDefault();
});

/** A network that comes back is no reason to wait any longer. */
window.addEventListener("online", () => {
  for (const { keeper } of desks.values()) void keeper.saveNow();
});

/** Bring a document's new counts into the list, without asking for thousands of documents again. */
function counted(project: string, saved: LabelledDocument): void {
  const labelCounts: Record<string, number> = {};
  for (const { category } of saved.labels) {
    labelCounts[category] = (labelCounts[category] ?? 0) + 1;
  }
  queryClient.setQueryData(documentsQuery(project).queryKey, (list) =>
    list?.map((one): Document => {
      if (one.documentName !== saved.documentName) return one;
      const { language: _language, dataset: _dataset, ...rest } = one;
      return {
        ...rest,
        tagged: true,
        labelCounts,
        ...(saved.language && { language: saved.language }),
        ...(saved.dataset && { dataset: saved.dataset }),
      };
    }),
  );
}
