/**
 * Requests to the service, by the same API that programs use.
 *
 * The key is kept for the life of the tab. Behind App Service Authentication there is none: the
 * browser's own cookie signs the requests.
 */

import { noteAnswer } from "./connection.ts";

const KEY = "spanwright.key";

/** The version that the studio speaks. */
const VERSION = "2025-05-15-preview";

/** What the service refused, or that it could not be reached (status 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly target: string | undefined;
  readonly details: readonly Detail[];

  constructor(status: number, error: Partial<Detail> & { details?: readonly Detail[] }) {
    super(error.message ?? "The service answered with an error that it did not explain.");
    this.status = status;
    this.code = error.code ?? "";
    this.target = error.target;
    this.details = error.details ?? [];
  }

  /** Whether the service, or the network to it, is away: to try again makes sense. */
  get away(): boolean {
    return this.status === 0 || this.status === 503;
  }
}

export interface Detail {
  code: string;
  message: string;
  target?: string;
}

export interface Answer<Value> {
  value: Value;
  /** The body as it came, letter by letter. */
  text: string;
  status: number;
  /** The path of the job that was started, where one was. */
  job: string | undefined;
  /** The path of the next page, where the service names one in its headers. */
  next: string | undefined;
}

export interface Options {
  /** Sent as JSON; a Blob or a string is sent as it is. */
  body?: unknown;
  type?: string;
  /** Of a copy that was authorized: it opens the way in the place of a key. */
  token?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Values that are undefined are left out. */
  query?: Record<string, string | number | boolean | undefined>;
}

export const key = {
  get: (): string | null => sessionStorage.getItem(KEY),
  set: (value: string): void => sessionStorage.setItem(KEY, value),
  clear: (): void => sessionStorage.removeItem(KEY),
};

/** Send a request to a path of the service; throw an `ApiError` with the service's own sentence. */
export async function send<Value>(
  method: string,
  path: string,
  options: Options = {},
): Promise<Answer<Value>> {
  const [response, text] = await fetched(method, path, options, (answer) => answer.text());
  if (!response.ok) throw refusal(response.status, text);
  const location = response.headers.get("operation-location");
  return {
    value: (text && isJson(response) ? JSON.parse(text) : text) as Value,
    text,
    status: response.status,
    job: location === null ? undefined : pathOf(location),
    next: nextOf(response.headers.get("link")),
  };
}

/** Return the bytes at a path; throw an `ApiError` with the service's own sentence. */
export async function readBytes(path: string): Promise<Blob> {
  const [response, bytes] = await fetched("GET", path, {}, (answer) => answer.blob());
  if (!response.ok) throw refusal(response.status, await bytes.text());
  return bytes;
}

/** Return an answer with its body, taken as its caller wants it. */
async function fetched<Body>(
  method: string,
  path: string,
  { body, type, token, signal, query }: Options,
  take: (response: Response) => Promise<Body>,
): Promise<[Response, Body]> {
  const headers = new Headers();
  const known = key.get();
  if (known !== null) headers.set("Ocp-Apim-Subscription-Key", known);
  if (token !== undefined) headers.set("x-spanwright-copy-token", token);
  const plain = typeof body === "string" || body instanceof Blob;
  if (body !== undefined) headers.set("Content-Type", type ?? "application/json");
  try {
    const response = await fetch(address(path, query), {
      method,
      headers,
      body: body === undefined ? null : plain ? body : JSON.stringify(body),
      signal: signal ?? null,
    });
    const taken = await take(response);
    noteAnswer(true);
    return [response, taken];
  } catch (error) {
    if (signal?.aborted) throw error;
    noteAnswer(false);
    throw new ApiError(0, {
      code: "Offline",
      message: "The service cannot be reached. Is it running, and is this computer online?",
    });
  }
}

/** Return the value at a path. */
export async function read<Value>(path: string, options: Options = {}): Promise<Value> {
  return (await send<Value>("GET", path, options)).value;
}

/** Return all items of a list, however many pages it has. */
export async function readAll<Item>(path: string, options: Options = {}): Promise<Item[]> {
  const items: Item[] = [];
  let next: string | undefined = address(path, options.query);
  while (next !== undefined) {
    const page: { value: Item[]; nextLink?: string | null } = await read(next, {
      signal: options.signal,
    });
    items.push(...page.value);
    next = page.nextLink ? pathOf(page.nextLink) : undefined;
  }
  return items;
}

/** Return the path below the projects, with every part of it encoded: `/project/models/…`. */
export function projects(...parts: string[]): string {
  return ["/language/authoring/analyze-text/projects", ...parts.map(encode)].join("/");
}

/** Return a path with the version and the other values of its query. */
function address(path: string, query: Options["query"] = {}): string {
  const url = new URL(path, location.origin);
  if (!url.searchParams.has("api-version") && url.pathname.startsWith("/language/")) {
    url.searchParams.set("api-version", VERSION);
  }
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.pathname + url.search;
}

/** Encode a part of a path; an action such as `:train` keeps its colon. */
function encode(part: string): string {
  return part.startsWith(":") ? part : encodeURIComponent(part);
}

/** Links of the service name its public address; the studio asks where it was loaded from. */
export function pathOf(link: string): string {
  const url = new URL(link, location.origin);
  return url.pathname + url.search;
}

/** RFC 8288: `<address>; rel="next"`. */
function nextOf(link: string | null): string | undefined {
  const found = /<([^>]*)>\s*;\s*rel="next"/.exec(link ?? "");
  return found?.[1] === undefined ? undefined : pathOf(found[1]);
}

/** JSON itself, not a file of JSON lines. */
function isJson(response: Response): boolean {
  return /^application\/json\b/.test(response.headers.get("content-type") ?? "");
}

function refusal(status: number, text: string): ApiError {
  try {
    return new ApiError(status, JSON.parse(text).error ?? {});
  } catch {
    return new ApiError(status, { message: `The service answered ${status} without a reason.` });
  }
}
