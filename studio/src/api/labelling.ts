/** What the Tag data page asks of the service: texts, labels, entity types, and finding in all documents. */

import type { Content, Saved } from "../tagging/Content.ts";
import type { Elsewhere } from "../tagging/history.ts";
import type { Send, Sent } from "../tagging/Keeper.ts";
import { inverse, spansOf, tagsOf } from "../tagging/spans.ts";
import { ApiError, projects, read, send } from "./client.ts";
import { run } from "./jobs.ts";
import type { Document, Job, LabelledDocument, Prediction, Tag } from "./types.ts";

export interface Occurrence {
  offset: number;
  length: number;
  before: string;
  after: string;
  /** The types of labels that overlap it. */
  categories: string[];
}

export interface Found {
  count: number;
  documentsCount: number;
  /** Whether there are more than were looked for. */
  truncated: boolean;
  documents: { documentName: string; textDigest: string; occurrences: Occurrence[] }[];
}

export interface Wanted {
  text: string;
  matchCase: boolean;
  wholeWords: boolean;
}

interface Changed {
  documents: {
    documentName: string;
    added: number;
    removed: number;
    refused: (Tag & { code: string; message: string })[];
  }[];
}

/** Documents and labels that one request changes at most. */
const DOCUMENTS = 1_000;
const LABELS = 10_000;

export function openDocument(
  project: string,
  name: string,
  signal?: AbortSignal,
): Promise<LabelledDocument> {
  return read(projects(project, "documents", name), { signal });
}

export async function readSuggestions(
  project: string,
  name: string,
  model: string,
  signal?: AbortSignal,
): Promise<Prediction[]> {
  const path = projects(project, "documents", name, "suggestions");
  const query = { trainedModelLabel: model };
  return (await read<{ entities: Prediction[] }>(path, { signal, query })).entities;
}

export function find(project: string, wanted: Wanted, signal?: AbortSignal): Promise<Found> {
  const path = projects(project, "documents", ":find");
  return send<Found>("POST", path, { body: wanted, signal }).then(({ value }) => value);
}

/** Change labels in many documents. Returns how many were changed, and what was refused. */
export async function changeLabels(
  project: string,
  changes: readonly Elsewhere[],
): Promise<{
  added: number;
  removed: number;
  refused: { documentName: string; message: string }[];
}> {
  const result = {
    added: 0,
    removed: 0,
    refused: [] as { documentName: string; message: string }[],
  };
  for (const part of parts(changes)) {
    const body = {
      changes: part.map(({ documentName, textDigest, change }) => ({
        documentName,
        textDigest,
        add: tagsOf(change.add),
        remove: tagsOf(change.remove),
      })),
    };
    const { value } = await send<Changed>("POST", projects(project, "labels", ":change"), { body });
    for (const { documentName, added, removed, refused } of value.documents) {
      result.added += added;
      result.removed += removed;
      result.refused.push(...refused.map(({ message }) => ({ documentName, message })));
    }
  }
  return result;
}

/** The same changes the other way round. */
export function undone(changes: readonly Elsewhere[]): Elsewhere[] {
  return changes.map((one) => ({ ...one, change: inverse(one.change) }));
}

export function writeDocument(
  project: string,
  name: string,
  text: Blob,
  overwrite: boolean,
): Promise<Document> {
  const path = projects(project, "documents", name);
  return send<Document>("PUT", path, { body: text, type: "text/plain", query: { overwrite } }).then(
    ({ value }) => value,
  );
}

export async function deleteDocument(project: string, name: string): Promise<void> {
  await send("DELETE", projects(project, "documents", name));
}

export async function putEntity(project: string, name: string, description: string): Promise<void> {
  await send("PUT", projects(project, "entities", name), { body: { description } });
}

export async function renameEntity(project: string, name: string, next: string): Promise<void> {
  await run<Job>("POST", projects(project, "entities", name, ":rename"), {
    body: { category: next },
  });
}

export async function deleteEntity(project: string, name: string): Promise<void> {
  await run<Job>("DELETE", projects(project, "entities", name));
}

/** What a document is like in the service. */
export function savedOf(document: Omit<LabelledDocument, "text">): Saved {
  return {
    etag: document.etag,
    textDigest: document.textDigest,
    spans: spansOf(document.labels),
    language: document.language ?? null,
    dataset: document.dataset ?? null,
  };
}

/** How a keeper sends labels to this project; `told` hears of each document that was saved. */
export function sender(project: string, told: (document: LabelledDocument) => void): Send {
  return async (documentName, base, content): Promise<Sent> => {
    const path = projects(project, "documents", documentName, "labels");
    try {
      const { value } = await send<LabelledDocument>("PUT", path, { body: bodyOf(base, content) });
      told(value);
      return { outcome: "saved", saved: savedOf(value) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.away) return { outcome: "away", message: error.message };
      if (error.status === 412 || error.status === 409) return theirs(project, documentName);
      const why = error.details.map(({ message }) => message).join(" ");
      return { outcome: "refused", message: why || error.message };
    }
  };
}

async function theirs(project: string, documentName: string): Promise<Sent> {
  try {
    return { outcome: "conflict", theirs: savedOf(await openDocument(project, documentName)) };
  } catch (error) {
    const away = error instanceof ApiError && error.away;
    return { outcome: away ? "away" : "refused", message: String((error as Error).message) };
  }
}

function bodyOf(base: Saved, { spans, language, dataset }: Content): object {
  return { etag: base.etag, textDigest: base.textDigest, language, dataset, labels: tagsOf(spans) };
}

/** Cut changes into parts that one request takes. */
function* parts(changes: readonly Elsewhere[]): Generator<Elsewhere[]> {
  let part: Elsewhere[] = [];
  let labels = 0;
  for (const one of changes) {
    const more = one.change.add.length + one.change.remove.length;
    if (part.length > 0 && (part.length === DOCUMENTS || labels + more > LABELS)) {
      yield part;
      part = [];
      labels = 0;
    }
    part.push(one);
    labels += more;
  }
  if (part.length > 0) yield part;
}
