/** Long-running work of the service: started by one request, followed by others until its end. */

import { type Answer, ApiError, type Options, send } from "./client.ts";
import { ended, type Job } from "./types.ts";

/** Milliseconds between two looks at a job. */
const PAUSE = 500;

/** What every job tells, of authoring and of extraction. */
export type AnyJob = Pick<Job, "status" | "errors">;

export interface Following<Seen extends AnyJob = Job> {
  signal?: AbortSignal;
  /** Opens the job's address, where a key does not. */
  token?: string;
  /** Called with each state that is seen. */
  onProgress?: (job: Seen) => void;
}

/** Start a job and return it once it has ended well; throw an `ApiError` with its reason if not. */
export async function run<Ended extends Job>(
  method: string,
  path: string,
  options: Options = {},
  following: Following = {},
): Promise<Ended> {
  const { job } = await send(method, path, options);
  if (job === undefined) throw new ApiError(0, { message: "The service did not start a job." });
  return follow<Ended>(job, following);
}

/** Return the job at this path once it has ended well; throw an `ApiError` with its reason if not. */
export async function follow<Ended extends Job>(
  path: string,
  following: Following = {},
): Promise<Ended> {
  return (await lastAnswer<Ended>(path, following)).value;
}

/** Like `follow`, for who wants the answer as it came, too. */
export async function lastAnswer<Ended extends AnyJob>(
  path: string,
  { signal, token, onProgress }: Following<Ended> = {},
): Promise<Answer<Ended>> {
  for (;;) {
    const answer = await look<Ended>(path, { signal, token });
    if (answer !== undefined) {
      const job = answer.value;
      onProgress?.(job);
      if (job.status === "succeeded") return answer;
      if (ended(job.status)) throw reason(job);
    }
    await pause(signal);
  }
}

/** Return the answer, or nothing while the service is away: its work goes on when it is back. */
async function look<Ended extends AnyJob>(
  path: string,
  options: Options,
): Promise<Answer<Ended> | undefined> {
  try {
    return await send<Ended>("GET", path, options);
  } catch (error) {
    if (error instanceof ApiError && error.away) return undefined;
    throw error;
  }
}

function reason(job: AnyJob): ApiError {
  const [first] = job.errors;
  const message = first?.message ?? `The job ended as ${job.status}.`;
  return new ApiError(400, { ...first, message, details: job.errors });
}

function pause(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, PAUSE);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
