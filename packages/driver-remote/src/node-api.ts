import { causeField, decodePath, nodeSigner, readEnvelope } from "@stowage/cloudreve-wire";
import type { NodeSigner } from "@stowage/cloudreve-wire";
import { bytes, fromBytes, UploadError } from "@stowage/core";
import type { ByteSource, CallOptions, Clock, Runtime } from "@stowage/core";
import { driverName } from "./errors.js";
import type { NodeReply } from "./node-reply.js";
import type { RemoteSettings } from "./options.js";

/** One request to the node. */
export interface NodeRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Where the signature of a DELETE goes: in a header it covers the body as well. Default: in the URL. */
  readonly signature?: "header";
  /** One of `slavePaths`, percent-encoded. */
  readonly path: string;
  /** With its question mark; not signed. */
  readonly query?: string;
  /** Lower-case. What begins with `x-cr-` is signed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is signed where the protocol signs it; a source is a chunk's. */
  readonly body?: string | ByteSource;
}

/** An answer whose body is bytes, not read yet. */
export interface ContentReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ByteSource;
}

/** The node of these settings. A refusal is an answer; rejects with what the client, or the request's own body, throws. */
export interface NodeApi {
  readonly settings: RemoteSettings;
  readonly signer: NodeSigner;
  readonly runtime: Pick<Runtime, "clock" | "http">;
  /** `patience: "endless"`: as long as it takes, where the node has bytes to move. */
  ask(request: NodeRequest, options: CallOptions, patience?: "endless"): Promise<NodeReply>;
  /** GET or HEAD of a file; the body is read by the caller, in his own time. */
  content(
    request: Pick<NodeRequest, "path" | "headers"> & { readonly method: "GET" | "HEAD" },
    options: CallOptions,
  ): Promise<ContentReply>;
}

/** How long a signed request may be on its way, or a clock be wrong. */
export const signatureLifeMs = 300_000;

/** An answer says little; a batch of deletions names what it left. */
const longestAnswer = 4 * 1024 * 1024;

/** Makes it. */
export function nodeApi(settings: RemoteSettings, runtime: Pick<Runtime, "clock" | "http">): NodeApi {
  const { clock } = runtime;
  const api = { settings, signer: nodeSigner([settings.key]), runtime };
  return {
    ...api,
    ask: (request, options, patience) => {
      const answered = async (call: CallOptions): Promise<NodeReply> => readReply(await send(api, request, call));
      return patience === "endless" ? answered(options) : inTime(clock, settings.timeoutMs, options, answered);
    },
    content: (request, options) => inTime(clock, settings.timeoutMs, options, (call) => send(api, request, call)),
  };
}

async function send(
  { settings, signer, runtime }: Pick<NodeApi, "settings" | "signer" | "runtime">,
  { method, path, query = "", headers = {}, body, signature }: NodeRequest,
  options: CallOptions,
): Promise<ContentReply> {
  const expires = Math.floor((runtime.clock.now() + signatureLifeMs) / 1000);
  const decoded = decodePath(path) ?? path;
  const source = typeof body === "string" ? fromBytes(new TextEncoder().encode(body)) : body;
  const sent = source === undefined ? {} : { body: source };
  const base = `${originOf(settings.url)}${path}${query}`;
  if (method === "PUT" || method === "POST" || signature === "header") {
    const signable = { path: decoded, headers, body: typeof body === "string" ? body : "" };
    const authorization = await signer.signHeader(signable, expires);
    return runtime.http({ method, url: base, headers: { ...headers, authorization }, ...sent }, options);
  }
  const sign = encodeURIComponent(await signer.signUrl(decoded, expires));
  return runtime.http({ method, url: `${base}${query === "" ? "?" : "&"}sign=${sign}`, headers, ...sent }, options);
}

/** A URL of the settings in front of a path. */
export function originOf(url: string): string {
  return new URL(url).origin;
}

async function readReply({ status, headers, body }: ContentReply): Promise<NodeReply> {
  return {
    status,
    envelope: readEnvelope(new TextDecoder().decode(await bytes(body, longestAnswer))),
    cause: headers[causeField] ?? "",
    retryAfterMs: retryAfter(headers["retry-after"]),
  };
}

function retryAfter(field: string | undefined): number | null {
  return field !== undefined && /^\d{1,6}$/.test(field) ? Number(field) * 1000 : null;
}

/** What a call comes to, or `BACKEND_UNAVAILABLE` where that takes too long. Its signal goes on with what it returns. */
async function inTime<Value>(
  clock: Clock,
  ms: number,
  { signal }: CallOptions,
  call: (options: CallOptions) => Promise<Value>,
): Promise<Value> {
  const [late, done] = [new AbortController(), new AbortController()];
  const tooLate = clock.sleep(ms, done.signal).then(() => {
    if (!done.signal.aborted) late.abort(silent(ms));
  });
  try {
    return await call({ signal: AbortSignal.any([signal, late.signal]) });
  } finally {
    done.abort();
    await tooLate;
  }
}

function silent(ms: number): UploadError<"BACKEND_UNAVAILABLE"> {
  return new UploadError(
    "BACKEND_UNAVAILABLE",
    `the node said nothing for ${ms} ms`,
    { driver: driverName },
    { retry: "after-probe" },
  );
}
