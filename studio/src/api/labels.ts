/** Files of labels: the formats that the service reads and writes, and its dry runs. */

import { type Detail, projects, send } from "./client.ts";

export interface Format {
  id: string;
  name: string;
  about: string;
  /** How the names of its files end. */
  ending: string;
  /** Whether it is a labels file of this service or the hosted one. */
  own: boolean;
  /** What its offsets can count, where that is more than one thing; the first where nobody says. */
  counts?: readonly Count[];
}

export type Count = "UnicodeCodePoint" | "Utf16CodeUnit" | "TextElements_v8";

export const COUNTS: Record<Count, string> = {
  UnicodeCodePoint: "characters (Unicode code points)",
  Utf16CodeUnit: "UTF-16 units",
  TextElements_v8: "characters as people see them (grapheme clusters)",
};

export const FORMATS: readonly Format[] = [
  {
    id: "project",
    name: "Project file",
    about: "Today's file of this service and of the hosted one.",
    ending: ".json",
    own: true,
  },
  {
    id: "project-2022",
    name: "Project file of 2022",
    about: "The same, as the first release of the hosted service wrote it.",
    ending: ".json",
    own: true,
  },
  {
    id: "project-2021",
    name: "Project file of 2021",
    about: "As the preview of November 2021 imported it.",
    ending: ".json",
    own: true,
  },
  {
    id: "tags-2021",
    name: "Tags file of 2021",
    about: "Entity types and labels alone, without settings of a project.",
    ending: ".json",
    own: true,
  },
  {
    id: "spacy",
    name: "spaCy and Prodigy",
    about: "A JSON object a line, with the texts.",
    ending: ".jsonl",
    own: false,
  },
  {
    id: "label-studio",
    name: "Label Studio",
    about: "A list of tasks as JSON, with the texts.",
    ending: ".json",
    own: false,
    counts: ["UnicodeCodePoint", "Utf16CodeUnit"],
  },
  {
    id: "doccano",
    name: "doccano",
    about: "Sequence labelling, a JSON object a line, with the texts.",
    ending: ".jsonl",
    own: false,
    counts: ["Utf16CodeUnit", "UnicodeCodePoint", "TextElements_v8"],
  },
  {
    id: "conll",
    name: "CoNLL",
    about: "A token a line. Labels that are not whole tokens are widened.",
    ending: ".conll",
    own: false,
  },
  {
    id: "comprehend",
    name: "Amazon Comprehend",
    about: "A CSV file of annotations; the texts are files of their own.",
    ending: ".csv",
    own: false,
  },
];

/** What an import of a file would do, and all that is wrong with it. */
export interface Report {
  valid: boolean;
  format: string;
  mode: "replace" | "add";
  documentsCount: number;
  labelsCount: number;
  entities: { category: string; labelsCount: number }[];
  changes: {
    project: "made" | "replaced" | "kept";
    entities: { made: string[]; removed: string[] };
    texts: { made: number; replaced: number; kept: number };
    labelledDocuments: { made: number; replaced: number; removed: number };
  };
  problems: Detail[];
  notices: Detail[];
}

/** How a file is read; what is undefined is as the service has it. */
export interface ImportOptions {
  format?: string;
  mode?: "replace" | "add" | undefined;
  overwrite?: boolean;
  prefix?: string | undefined;
  stringIndexType?: Count | undefined;
}

/** Return what an import of this file would do; nothing is changed. */
export async function check(
  project: string,
  file: Blob | string,
  options: ImportOptions = {},
  signal?: AbortSignal,
): Promise<Report> {
  const path = projects(project, "labels", ":check");
  const query = { ...options };
  return (await send<Report>("POST", path, { body: file, query, type: MEDIA, signal })).value;
}

/** The media type that files are sent as: their format is told by the query. */
export const MEDIA = "application/json";

/** Say what can be done about a fault of a file, where that is known. */
export function fixOf(message: string): string {
  return FIXES.find(([pattern]) => pattern.test(message))?.[1] ?? "";
}

const FIXES: readonly (readonly [RegExp, string])[] = [
  [
    /is not JSON/,
    "Open the file at this line: a comma, a quotation mark or a bracket is missing there, or one too many.",
  ],
  [/not UTF-8/, "Save the file as UTF-8, and choose it again."],
  [/without metadata/, "Make the project first; then import the file in its settings."],
  [/overlaps the label/, "Take one of the two labels out of the file."],
  [
    /reaches outside the document|is no stretch of the text/,
    "Is this the text that was tagged? Offsets count from its begin, and line ends of two characters (CR LF) count as two.",
  ],
  [/cuts a character in two/, "Offsets must count UTF-16 units: an emoji has two of them."],
  [/reaches outside its region/, "Make the region as long as the document."],
  [/not declared/, "Add the entity type to the list of entities at the begin of the file."],
  [/declared twice|in the file twice/, "Take one of the two out of the file."],
  [/white space/, "Take the label out of the file: it has no word in it."],
  [/longer than/, "Tag a shorter part of the text."],
  [
    /not in the container|no such document|does not have|has no document/i,
    "Upload the document to the container under exactly this name, or take it out of the file.",
  ],
  [
    /other text|another text/,
    "Choose to overwrite documents of another text, or rename it in the file.",
  ],
  [/letter case/, "Choose a name that differs in more than its capital letters."],
  [/text classification|has classes/, "Choose a file of an entity extraction project."],
];
