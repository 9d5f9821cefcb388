/** What the service tells of how good a model is. Offsets and lengths are UTF-16 units. */

import type { Dataset, Prediction, Tag } from "../api/types.ts";

export interface Scores {
  precision: number;
  recall: number;
  f1: number;
}

export interface EntityScores extends Scores {
  truePositiveCount: number;
  falsePositiveCount: number;
  falseNegativeCount: number;
}

/** What was tagged, then what was predicted there; `$none` is text of no entity. */
export type Confusion = Record<string, Record<string, Cell>>;

export interface Cell {
  /** Per cent of its row. */
  normalizedValue: number;
  /** How many entities' worth of text. */
  rawValue: number;
}

export interface Summary {
  customEntityRecognitionEvaluation: {
    confusionMatrix: Confusion;
    entities: Record<string, EntityScores>;
    microF1: number;
    microPrecision: number;
    microRecall: number;
    macroF1: number;
    macroPrecision: number;
    macroRecall: number;
  };
  evaluationOptions: {
    kind: "percentage" | "manual";
    trainingSplitPercentage?: number;
    testingSplitPercentage?: number;
  };
}

/** A document of the test or validation set. */
export interface EvaluatedDocument {
  location: string;
  language: string;
  /** Of the text that was judged; models of older versions do not tell it. */
  textDigest?: string;
  customEntityRecognitionResult: {
    entities: {
      expectedEntities: Tag[];
      predictedEntities: Prediction[];
      regionOffset: number;
      regionLength: number;
    }[];
  };
}

/** The sets of which each document can be looked at. */
export type JudgedSet = Extract<Dataset, "Test"> | "Validation";

export interface LabelCounts {
  labelCount: number;
  documentCount: number;
}

export interface ReportedSet {
  documentCount: number;
  entities: Record<string, LabelCounts>;
}

export interface Datasets {
  train: ReportedSet;
  validation: ReportedSet;
  test: ReportedSet;
}

interface Feature {
  feature: string;
  score: number;
}

export interface Report {
  training: { documentCount: number; characterCount: number; durationInSeconds: number };
  /** Missing for models of older versions. */
  datasets?: Datasets;
  learningCurve: {
    points: { documentCount: number; f1: number; entityCount?: number }[];
    projection: {
      documentCount: number;
      additionalDocumentCount: number;
      message: string;
      f1Gain?: number;
      f1GainError?: number;
    };
    fit?: { floor: number; factor: number; exponent: number };
  };
  confidence: {
    calibrated: boolean;
    message: string;
    expectedCalibrationError: number;
    predictedEntityCount: number;
    expectedEntityCount: number;
    thresholds: (Scores & { confidenceAtLeast: number; predictedEntityCount: number })[];
  };
  mistakes: {
    count: number;
    entities: Record<string, Record<`${Mistake}Count`, number>>;
  };
  strongestFeatures: Record<string, { supporting: Feature[]; opposing: Feature[] }>;
  recipe?: { chosen: string; candidates: { name: string; f1: number }[]; message: string };
}

export type Mistake = "missed" | "spurious" | "wrongType" | "wrongBorder";
