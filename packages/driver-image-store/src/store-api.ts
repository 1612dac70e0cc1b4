import { bytes } from "@stowage/core";
import type { ByteSource, CallOptions, HttpClient } from "@stowage/core";
import type { ImageStoreSettings } from "./options.js";

/** One request of the family. */
export interface StoreRequest {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Below the root, not encoded; absent where the operation names none. */
  readonly path?: string;
  readonly operation?: "UploadChunk" | "CommitUploadSession" | "GetUploadSession" | "DeleteUploadSession";
  /** GUID of an upload session. */
  readonly session?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: ByteSource;
}

/** An answer, read to its end. */
export interface StoreReply {
  readonly status: number;
  /** Of a FabricError; empty where there is none. */
  readonly code: string;
  /** What servers of ours add to it: the core's own code. Empty from others. */
  readonly cause: string;
  /** `null`: not said, or not as seconds. */
  readonly retryAfterMs: number | null;
  /** JSON of the body; `null` where there is none. */
  readonly data: unknown;
}

/** Sends requests. Rejects with what the client, or the request's own body, throws; a refusal is an answer. */
export type StoreApi = (request: StoreRequest, options: CallOptions) => Promise<StoreReply>;

/** Listings of folders that others fill may be long. */
const longestAnswer = 16 * 1024 * 1024;

/** The image store of these settings. */
export function storeApi(settings: ImageStoreSettings, http: HttpClient): StoreApi {
  const base = settings.endpoint.replace(/\/+$/, "");
  const { token } = settings;
  // Names of any case: a field must not go out twice.
  const given = Object.entries(settings.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const common = { ...Object.fromEntries(given), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const urlOf = ({ path, operation, session }: StoreRequest): string => {
    const content = path === undefined ? "" : `/${encodeURIComponent(path)}`;
    const query = `api-version=${settings.apiVersion}&timeout=${settings.timeout}`;
    const by = session === undefined ? "" : `&session-id=${session}`;
    return `${base}${content}${operation === undefined ? "" : `/$/${operation}`}?${query}${by}`;
  };
  return async (request, options) => {
    const { method, headers, body } = request;
    const sent = { method, url: urlOf(request), headers: { ...common, ...headers } };
    const reply = await http(body === undefined ? sent : { ...sent, body }, options);
    const data = parse(await bytes(reply.body, longestAnswer));
    return {
      status: reply.status,
      code: codeIn(data),
      cause: reply.headers["stowage-code"] ?? "",
      retryAfterMs: retryAfter(reply.headers["retry-after"]),
      data,
    };
  };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
}

function codeIn(data: unknown): string {
  if (typeof data !== "object" || data === null || !("Error" in data)) return "";
  const { Error: error } = data;
  if (typeof error !== "object" || error === null || !("Code" in error)) return "";
  return typeof error.Code === "string" && /^\w{1,100}$/.test(error.Code) ? error.Code : "";
}

function retryAfter(field: string | undefined): number | null {
  return field !== undefined && /^\d{1,6}$/.test(field) ? Number(field) * 1000 : null;
}
