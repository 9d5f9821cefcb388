/** A labels file that a project is made with: its labels, under the settings of the new project. */

import { type Draft, settingsOf } from "./draft.ts";

export interface LabelsFile {
  name: string;
  size: number;
  /** Tells one choice of a file from another. */
  id: number;
  /** As it is on disk: what is sent where it cannot be read here, so that the service says why. */
  raw: Blob;
  /** What is in it; nothing where that is no JSON object. */
  content: Readonly<Record<string, unknown>> | undefined;
}

let files = 0;

export async function readLabelsFile(file: File): Promise<LabelsFile> {
  return {
    name: file.name,
    size: file.size,
    id: ++files,
    raw: file,
    content: contentOf(await file.arrayBuffer()),
  };
}

/** Return the object that a file holds; nothing where it is not UTF-8, not JSON, or no object. */
export function contentOf(data: ArrayBuffer): LabelsFile["content"] {
  try {
    return objectOf(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data)));
  } catch {
    return undefined;
  }
}

/**
 * Return what a file says of its project, as far as it fits a draft.
 *
 * Files of 2021 spell some of it differently, and a tags file says nothing.
 */
export function draftOf(content: LabelsFile["content"]): Partial<Draft> {
  const metadata = objectOf(content?.["metadata"]) ?? {};
  const text = (...names: string[]) =>
    names.map((name) => metadata[name]).find((value) => typeof value === "string");
  const several = metadata["multilingual"] ?? metadata["multiLingual"];
  const found = {
    name: text("projectName", "name"),
    description: text("description"),
    language: text("language", "culture")?.toLowerCase(),
    container: text("storageInputContainerName"),
    multilingual: typeof several === "boolean" ? several : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/**
 * Return the file to import: what was chosen, with the settings of the new project.
 *
 * A file without settings, such as the tags file of 2021, gets them; those of another project are
 * replaced, but for the kind, which must fit the labels, and the threshold.
 */
export function fileFor(draft: Draft): Blob | string {
  const { file } = draft;
  if (file?.content === undefined) return file?.raw ?? "";
  const metadata = objectOf(file.content["metadata"]) ?? {};
  const kind = metadata["projectKind"] ?? metadata["modelType"];
  const { settings } = metadata;
  return JSON.stringify({
    ...file.content,
    metadata: {
      ...settingsOf(draft),
      ...(kind === undefined ? {} : { projectKind: kind }),
      ...(settings === undefined ? {} : { settings }),
    },
  });
}

/** Return the labels of a file alone, for a project whose settings are to stay as they are. */
export function withoutSettings({ content, raw }: LabelsFile): Blob | string {
  if (content?.["metadata"] === undefined) return raw;
  return JSON.stringify({ ...content, metadata: undefined });
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
