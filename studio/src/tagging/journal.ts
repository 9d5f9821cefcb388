/**
 * The write-ahead journal of the Tag data page, in IndexedDB: what is not saved yet, by project, document
 * and tab. Tabs are told apart because two of them may work on one document.
 */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Entry, Journal } from "./Keeper.ts";

interface Stored extends Entry {
  project: string;
  tab: string;
}

interface Schema extends DBSchema {
  entries: { key: [string, string, string]; value: Stored; indexes: { project: string } };
}

const NAME = "spanwright";
const LOCK = "spanwright.tab.";

/** This page's own name, as long as it is open. */
const tab = [...crypto.getRandomValues(new Uint32Array(2))].map((one) => one.toString(36)).join("");

let database: Promise<IDBPDatabase<Schema>> | undefined;

function opened(): Promise<IDBPDatabase<Schema>> {
  if (database === undefined) {
    // Held until the page goes: by it other tabs know that this one is alive.
    void navigator.locks?.request(LOCK + tab, () => new Promise(() => {}));
    database = openDB<Schema>(NAME, 1, {
      upgrade(fresh) {
        const store = fresh.createObjectStore("entries", {
          keyPath: ["project", "documentName", "tab"],
        });
        store.createIndex("project", "project");
      },
    });
  }
  return database;
}

/**
 * The journal of this tab for one project. Writes are in the order of their calls.
 *
 * In a browser that keeps nothing, such as in some private windows, changes are sent all the same.
 */
export function journalOf(project: string): Journal {
  return {
    async put(entry) {
      await written((store) => store.put("entries", { ...entry, project, tab }));
    },
    async remove(documentName) {
      await written((store) => store.delete("entries", [project, documentName, tab]));
    },
  };
}

async function written(write: (store: IDBPDatabase<Schema>) => Promise<unknown>): Promise<void> {
  try {
    await write(await opened());
  } catch {
    database = undefined;
  }
}

/** What tabs that are gone have left of a project, the newest of each document. */
export async function left(project: string): Promise<Entry[]> {
  const alive = await living();
  const newest = new Map<string, Stored>();
  for (const entry of await (await opened()).getAllFromIndex("entries", "project", project)) {
    if (alive.has(entry.tab)) continue;
    const known = newest.get(entry.documentName);
    if (known === undefined || known.writtenAt < entry.writtenAt) {
      newest.set(entry.documentName, entry);
    }
  }
  return [...newest.values()];
}

/** Forget what tabs that are gone have left of a document, once this tab has taken it up. */
export async function takeUp(project: string, documentName: string): Promise<void> {
  const alive = await living();
  const store = await opened();
  for (const entry of await store.getAllFromIndex("entries", "project", project)) {
    if (entry.documentName === documentName && !alive.has(entry.tab)) {
      await store.delete("entries", [project, documentName, entry.tab]);
    }
  }
}

async function living(): Promise<Set<string>> {
  const held = (await navigator.locks?.query())?.held ?? [];
  const names = held.map(({ name }) => name ?? "").filter((name) => name.startsWith(LOCK));
  return new Set([tab, ...names.map((name) => name.slice(LOCK.length))]);
}
