import { type ByteSource, bytes, type CallOptions, type HttpClient } from "@stowage/core";
import type { AzureContext } from "../context.js";
import { type Failure, noAnswer } from "../errors.js";

/** A request with bytes in it, or to it; the SDK's way would hold them in other streams. */
export interface WireRequest {
  readonly method: "GET" | "PUT";
  /** The blob's name. */
  readonly blob: string;
  /** Encoded. */
  readonly query?: string;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: ByteSource;
}

type HttpAnswer = Awaited<ReturnType<HttpClient>>;

/** More than any error has. */
const mostErrorBytes = 64 * 1024;

/**
 * Proves the request to be ours and sends it. The answer's body is the caller's to read.
 *
 * @throws {UploadError} `BACKEND_UNAVAILABLE`, `BACKEND_DENIED`, and what the request's body throws
 */
export async function send(context: AzureContext, request: WireRequest, options: CallOptions): Promise<HttpAnswer> {
  const { method, blob, query = "", headers = {}, body } = request;
  const evidence = await context.access.evidence(blob);
  const url = blobUrl(context.account.endpoint, context.settings.container, blob, [query, evidence.query]);
  const sent = { method, url, headers: { ...headers, ...evidence.headers } };
  return context.runtime.http(body === undefined ? sent : { ...sent, body }, options);
}

/** The URL of a blob; parts of its query that are empty are left out. */
export function blobUrl(endpoint: string, container: string, blob: string, query: readonly string[]): string {
  const search = query.filter((part) => part !== "").join("&");
  const path = blob.split("/").map(encodeURIComponent).join("/");
  return `${endpoint}/${container}/${path}${search === "" ? "" : `?${search}`}`;
}

/** What an answer that is no success says; read to its end, so that its connection is free again. */
export async function failureIn({ status, headers, body }: HttpAnswer): Promise<Failure> {
  await bytes(body, mostErrorBytes).catch(() => {});
  const wait = headers["retry-after"];
  return {
    status,
    code: headers["x-ms-error-code"] ?? null,
    requestId: headers["x-ms-request-id"] ?? null,
    retryAfterMs: wait !== undefined && /^\d{1,6}$/.test(wait) ? Number(wait) * 1000 : null,
  };
}

/** Reads an answer whose body does not matter. @throws {UploadError} where it does not come whole */
export async function drain({ body }: HttpAnswer, operation: string): Promise<void> {
  try {
    await bytes(body, mostErrorBytes);
  } catch (error) {
    throw noAnswer(error, operation);
  }
}
