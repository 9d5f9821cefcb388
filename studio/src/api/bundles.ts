/** Bundles: whole projects as files, out of the service and into it. */

import { ApiError, type Detail, pathOf, projects, read, readBytes, send } from "./client.ts";
import { type AnyJob, lastAnswer, run } from "./jobs.ts";
import type { Job, Ongoing } from "./types.ts";

/** Bytes that the service takes in one request. */
const AT_ONCE = 64 * 2 ** 20;

/** Bytes of a part of a larger bundle. */
const PART = 16 * 2 ** 20;

const BYTES = "application/octet-stream";

/** Return a project as one file, with what it could not take along. */
export async function exportBundle(
  project: string,
  onProgress: (work: Ongoing) => void,
): Promise<{ bundle: Blob; warnings: readonly Detail[] }> {
  const path = projects(project, ":export-bundle");
  const job = await run<Job & { resultUrl: string }>("POST", path, {}, { onProgress });
  const { parts } = await read<{ parts: { url: string }[] }>(pathOf(job.resultUrl));
  const pieces: Blob[] = [];
  for (const { url } of parts) pieces.push(await readBytes(pathOf(url)));
  return { bundle: new Blob(pieces), warnings: job.warnings };
}

/**
 * Make a project of a bundle and return once it is there; throw an `ApiError` with the reason if not.
 *
 * A large one goes as a copy from another instance does, in parts whose digests are told at the end.
 */
export async function importBundle(
  bundle: Blob,
  name: string,
  onProgress: (work: Ongoing) => void,
): Promise<void> {
  if (bundle.size <= AT_ONCE) {
    const options = { body: bundle, type: BYTES };
    await run("POST", projects(name, ":import-bundle"), options, { onProgress });
    return;
  }
  if (crypto.subtle === undefined) {
    throw new ApiError(400, {
      message: "The browser sends a bundle of this size over https alone, or to this computer.",
    });
  }
  const created = new Date().toISOString();
  const at = (phase: string, percentComplete: number) =>
    onProgress({ status: "running", phase, percentComplete, createdDateTime: created });
  const address = (...parts: string[]) => projects(name, "copy", "parts", ...parts);

  const path = projects(name, ":authorize-copy");
  const wish = { projectKind: "CustomEntityRecognition" };
  const { value } = await send<{ accessToken: string }>("POST", path, { body: wish });
  const token = value.accessToken;
  await send("POST", address("begin"), { token, body: { source: "studio" } });
  const digests: string[] = [];
  for (let start = 0; start < bundle.size; start += PART) {
    at("sending the file", Math.floor((100 * start) / bundle.size));
    const part = bundle.slice(start, start + PART);
    const number = String(digests.length).padStart(5, "0");
    await send("POST", address(`1-${number}`), { token, body: part, type: BYTES });
    digests.push(hex(await crypto.subtle.digest("SHA-256", await part.arrayBuffer())));
  }
  at("making the project", 100);
  await send("POST", address("end"), { token, body: { attempt: 1, parts: digests } });
  await lastAnswer<AnyJob>(address(), { token });
}

function hex(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
