/** A project that is about to be made, and what is wrong with it so far. */

import type { LabelsFile } from "./labelsFile.ts";

export interface Draft {
  name: string;
  description: string;
  language: string;
  multilingual: boolean;
  container: string;
  file: LabelsFile | undefined;
}

export const EMPTY: Draft = {
  name: "",
  description: "",
  language: "en-us",
  multilingual: false,
  container: "",
  file: undefined,
};

const NAME_LENGTH = 50;
const DESCRIPTION_LENGTH = 1_000;

/** Say what is wrong with the name of a new project; `taken` are those of the others. */
export function nameFault(name: string, taken: readonly string[]): string | undefined {
  if (name === "") return "Give the project a name.";
  const wrong = [...name].find((sign) => !/[A-Za-z0-9_.-]/.test(sign));
  if (wrong !== undefined) {
    const sign = wrong.trim() === "" ? "a space" : `“${wrong}”`;
    return `A name has letters from A to Z, digits, and the signs _ . and - only, so not ${sign}.`;
  }
  if (name.length > NAME_LENGTH) {
    return `A name has at most ${NAME_LENGTH} characters; this one has ${name.length}.`;
  }
  if (/^\.+$/.test(name)) return "A name cannot be dots alone.";
  if (name.toLowerCase() === "global") return "A project cannot be called global.";
  const other = taken.find((one) => one.toLowerCase() === name.toLowerCase());
  if (other === undefined) return undefined;
  return other === name
    ? `There is a project ${other} already.`
    : `There is a project ${other} already, and names that differ only in capital letters are too alike.`;
}

export function descriptionFault(description: string): string | undefined {
  const { length } = [...description];
  if (length <= DESCRIPTION_LENGTH) return undefined;
  return `A description has at most 1,000 characters; this one has ${length.toLocaleString("en")}.`;
}

/** Say what is wrong with the name of a new container, by the rules of Azure Storage. */
export function containerFault(name: string): string | undefined {
  if (/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return undefined;
  return "A container's name has 3 to 63 characters: small letters from a to z, digits, and single hyphens between them.";
}

/** The settings of the project as a request and a labels file have them. */
export function settingsOf(draft: Draft) {
  return {
    projectName: draft.name,
    projectKind: "CustomEntityRecognition",
    storageInputContainerName: draft.container,
    language: draft.language,
    multilingual: draft.multilingual,
    description: draft.description.trim(),
  };
}
