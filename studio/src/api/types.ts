/** What the service answers, as far as the studio reads it. Offsets and lengths are UTF-16 units. */

import type { Detail } from "./client.ts";

export type State =
  | "notStarted"
  | "running"
  | "cancelling"
  | "succeeded"
  | "partiallyCompleted"
  | "failed"
  | "cancelled"
  | "canceled";

export type Dataset = "Train" | "Test";

export interface Project {
  projectName: string;
  storageInputContainerName: string;
  language: string;
  multilingual: boolean;
  description: string;
  settings: { confidenceThreshold?: number };
  createdDateTime: string;
  lastModifiedDateTime: string;
  lastTrainedDateTime?: string;
  lastDeployedDateTime?: string;
}

export interface Language {
  languageName: string;
  languageCode: string;
}

export interface EntityType {
  category: string;
  description: string;
}

export interface Tag {
  category: string;
  offset: number;
  length: number;
}

export interface Prediction extends Tag {
  confidenceScore: number;
}

export interface Document {
  documentName: string;
  language?: string;
  dataset?: Dataset;
  tagged: boolean;
  labelCounts: Record<string, number>;
}

/** Why a document cannot be used as it is. */
export interface Fault {
  documentName: string;
  code: "empty" | "tooLong" | "notUtf8" | "changed";
  message: string;
}

/** The file of another kind whose text a document is. */
export interface Converted {
  original: string;
  kind: "pdf" | "docx" | "html";
  by: string;
  pages?: number;
}

export interface LabelledDocument {
  documentName: string;
  text: string;
  textDigest: string;
  /** Empty where it has no labels yet. */
  etag: string;
  language?: string;
  dataset?: Dataset;
  /** Whether its labels are for another text than it has now. */
  changed: boolean;
  labels: Tag[];
  converted?: Converted;
}

export interface Job {
  jobId: string;
  status: State;
  /** A word for what is being done. */
  phase: string;
  percentComplete: number;
  createdDateTime: string;
  lastUpdatedDateTime: string;
  warnings: Detail[];
  errors: Detail[];
}

/** What is shown of work that is under way. */
export type Ongoing = Pick<Job, "status" | "phase" | "percentComplete" | "createdDateTime">;

export interface TrainingJob extends Job {
  result: {
    modelLabel: string;
    trainingConfigVersion: string;
    trainingStatus: { percentComplete: number; startDateTime?: string; endDateTime?: string };
    evaluationStatus: { percentComplete: number; startDateTime?: string; endDateTime?: string };
  };
}

/** The extraction of all documents of a container, or of those under a prefix. */
export interface Extraction {
  jobId: string;
  displayName?: string;
  status: State;
  createdDateTime: string;
  lastUpdatedDateTime: string;
  expirationDateTime: string;
  prefix: string;
  deploymentName?: string;
  trainedModelLabel?: string;
  /** Absent until the whole container is listed. */
  documentsTotal?: number;
  documentsDone: number;
  /** Those that cannot be read; each has its reason in the results. */
  documentsFailed: number;
  documentsPerSecond?: number;
  secondsLeft?: number;
  resultUrl?: string;
  errors: Detail[];
}

export interface Model {
  label: string;
  modelId: string;
  lastTrainedDateTime: string;
  lastTrainingDurationInSeconds: number;
  f1: number;
  trainingDocumentsCount: number;
  validationDocumentsCount: number;
  testingDocumentsCount: number;
}

export interface Deployment {
  deploymentName: string;
  modelId: string;
  modelLabel: string;
  lastTrainedDateTime: string;
  lastDeployedDateTime: string;
}

export interface Me {
  role: "reader" | "author" | "owner";
  signedInBy: "key" | "entra";
}

/** What this instance is limited to. */
export interface Limits {
  taggedDocumentsToTrain: number;
  /** Of one request, all texts together, in text elements. */
  charactersPerJob: number;
  jobDocumentLength: number;
}

export interface StorageConnection {
  /** Empty where no setting tells it. */
  accountName: string;
  connected: boolean;
  /** What is missing; the target of each is `blob`, `table` or `queue`. */
  errors: Detail[];
}

export interface Container {
  containerName: string;
  /** Counted no further than 1,000. */
  documentsCount: number;
  projectNames: string[];
}

/** Whether work in this state has come to an end. */
export function ended(state: State): boolean {
  return !["notStarted", "running", "cancelling"].includes(state);
}
