import type { ByteSource } from "../bytes.js";
import { isUploadError, UploadError } from "../errors.js";
import type { HttpClient } from "../runtime.js";

/** The part of undici's `request` that we use; declared here so that our types do not need undici's. */
export type UndiciRequest = (
  url: string,
  options: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: AsyncIterable<Uint8Array> | null;
    readonly signal: AbortSignal;
  },
) => Promise<UndiciResponse>;

interface UndiciResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Nothing of the request can have reached anybody: name not resolved, or nobody listens. */
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * Requests by undici's `request`, without following redirects. A body of known size gets its `content-length`, and
 * streams with back-pressure. Rejects with the signal's reason where it aborts, with the body's own error where
 * the body throws.
 *
 * @throws {UploadError} `BACKEND_UNAVAILABLE`
 */
export function undiciClient(send: UndiciRequest): HttpClient {
  return async ({ method, url, headers, body }, { signal }) => {
    const sent = body === undefined ? null : watched(body.stream(), (error) => error);
    const failed = (error: unknown): unknown => {
      if (signal.aborted) return signal.reason;
      return sent?.failure === undefined ? unavailable(error, method, url) : sent.failure.error;
    };
    const response = await send(url, {
      method,
      headers: withLength(headers, body),
      body: sent,
      signal,
    }).catch((error: unknown) => {
      throw failed(error);
    });
    return { status: response.statusCode, headers: plainHeaders(response), body: received(response, method, failed) };
  };
}

function withLength(headers: Readonly<Record<string, string>>, body: ByteSource | undefined): Record<string, string> {
  const known = Object.keys(headers).some((name) => name.toLowerCase() === "content-length");
  if (known || body === undefined || body.size === null) return { ...headers };
  return { ...headers, "content-length": String(body.size) };
}

function plainHeaders({ headers }: UndiciResponse): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = typeof value === "string" ? value : value.join(", ");
  }
  return plain;
}

function received(response: UndiciResponse, method: string, failed: (error: unknown) => unknown): ByteSource {
  const length = response.headers["content-length"];
  const bodiless = method === "HEAD" || response.statusCode === 204 || response.statusCode === 304;
  const announced = typeof length === "string" ? Number(length) : null;
  return { size: bodiless ? 0 : announced, oneShot: true, stream: () => watched(response.body, failed) };
}

interface Watched extends AsyncIterable<Uint8Array> {
  /** What the source threw, kept apart from what the connection did. */
  readonly failure: { readonly error: unknown } | undefined;
}

/** Passes pieces on, and errors through `map`; an iterator by hand, as a generator costs more for each piece. */
function watched(source: AsyncIterable<Uint8Array>, map: (error: unknown) => unknown): Watched {
  let failure: { readonly error: unknown } | undefined;
  return {
    get failure() {
      return failure;
    },
    [Symbol.asyncIterator]: () => {
      const iterator = source[Symbol.asyncIterator]();
      return {
        next: () =>
          iterator.next().catch((error: unknown) => {
            failure = { error: map(error) };
            throw failure.error;
          }),
        return: async () => {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

function unavailable(error: unknown, method: string, url: string): unknown {
  if (isUploadError(error)) return error;
  const retry = neverSent.has(codeOf(error)) ? "same" : "after-probe";
  return new UploadError(
    "BACKEND_UNAVAILABLE",
    `${method} ${new URL(url).host}: ${codeOf(error) || "no answer"}`,
    { driver: "http" },
    { retry, cause: error },
  );
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
