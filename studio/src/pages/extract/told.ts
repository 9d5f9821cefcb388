/** Extractions in words. */

import type { Extraction, Ongoing, State } from "../../api/types.ts";
import { count, duration, number } from "../../parts/words.ts";

/** What is read, and by what. */
export function subject({ displayName, prefix, deploymentName, trainedModelLabel }: Extraction) {
  const by = deploymentName ?? trainedModelLabel;
  return displayName ?? `${prefix === "" ? "All documents" : `${prefix}…`} by ${by}`;
}

/** How far one is that is under way. */
export function howFar(job: Extraction): Ongoing {
  const { documentsTotal: total, documentsDone, documentsFailed, secondsLeft } = job;
  const ended = documentsDone + documentsFailed;
  const words: string[] = [];
  if (total !== undefined) words.push(`${number(ended)} of ${count(total, "document")}`);
  else words.push(`listing the container${ended > 0 ? `, ${count(ended, "document")} read` : ""}`);
  if (documentsFailed > 0) words.push(`${number(documentsFailed)} cannot be read`);
  if (job.documentsPerSecond !== undefined) {
    words.push(`${number(Math.max(1, Math.round(job.documentsPerSecond)))} per second`);
  }
  if (secondsLeft !== undefined) words.push(`about ${duration(secondsLeft)} left`);
  return {
    phase: words.join(" · "),
    percentComplete: total ? Math.floor((100 * ended) / total) : 0,
    status: job.status,
    createdDateTime: job.createdDateTime,
  };
}

const ENDS: Partial<Record<State, string>> = {
  failed: "Failed",
  cancelled: "Cancelled",
  canceled: "Cancelled",
};

/** How one has ended. */
export function outcome(job: Extraction): string {
  const { status, documentsTotal: total, documentsDone, documentsFailed } = job;
  const done = `${count(documentsDone, "document")} extracted`;
  const failed = documentsFailed === 0 ? "" : `, ${number(documentsFailed)} cannot be read`;
  const of = total === undefined ? "" : ` of ${number(total)}`;
  if (status === "succeeded") return `${done}${failed}.`;
  const end = ENDS[status] ?? "Incomplete";
  return `${end}: ${number(documentsDone)}${of} extracted${failed}.`;
}

/** Whether what has not been done can be done yet; what is done in part may be told as succeeded. */
export function resumable({ status, errors }: Extraction): boolean {
  return status !== "succeeded" || errors.length > 0;
}
