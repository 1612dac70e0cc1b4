import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import type { HttpExchange } from "@stowage/core/http";
import { isHostField } from "../host-field.js";
import { canInform, inform } from "./inform.js";
import type { RequestBody } from "./request-body.js";

/** What a request says about itself, and where it stands. */
export interface NodeExchangeParts {
  readonly body: RequestBody;
  /** Scheme and host that clients use (`https://files.example`), where a proxy in front hides them. */
  readonly publicOrigin?: string;
}

/** What no front-end should see, in words for the client. */
export interface BadRequest {
  readonly status: 400 | 501;
  readonly code: string;
  readonly message: string;
}

/** The exchange, or why there is none: a coding of the body that nobody undoes, or nothing that makes a URL. */
export function nodeExchange(
  request: IncomingMessage,
  response: ServerResponse,
  { body, publicOrigin }: NodeExchangeParts,
): { readonly exchange: HttpExchange } | { readonly refused: BadRequest } {
  const { host, "transfer-encoding": coding } = request.headers;
  // Node decodes `gzip, chunked` as far as chunked goes: a front-end would store the compressed bytes.
  if (coding !== undefined && coding.toLowerCase() !== "chunked")
    return { refused: { status: 501, code: "CODING_UNKNOWN", message: "no transfer coding but chunked" } };
  if (host !== undefined && !isHostField(host))
    return { refused: { status: 400, code: "HOST_INVALID", message: "the Host field is no host" } };
  const url = urlOf(request, publicOrigin);
  if (url === null)
    return { refused: { status: 400, code: "TARGET_INVALID", message: "the request target is not a URL" } };
  return { exchange: exchangeOf(request, response, body, url) };
}

function exchangeOf(request: IncomingMessage, response: ServerResponse, body: RequestBody, url: URL): HttpExchange {
  return {
    method: request.method ?? "GET",
    url,
    body,
    peer: request.socket.remoteAddress ?? null,
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    trailers: async () => {
      await body.ended();
      return new Map(Object.entries(request.trailers).map(([name, value]) => [name, value ?? ""]));
    },
    cut: () => void request.socket.destroy(),
    ...(canInform(request) ? { inform: (status, headers) => inform(response, status, headers) } : {}),
  };
}

function urlOf(request: IncomingMessage, publicOrigin: string | undefined): URL | null {
  const scheme = (request.socket as Partial<TLSSocket>).encrypted === true ? "https" : "http";
  const origin = publicOrigin ?? `${scheme}://${request.headers.host ?? "localhost"}`;
  const target = targetOf(request);
  // Joined, not resolved: a target of //elsewhere/x would name another host. Absolute targets are for proxies.
  const whole = target.startsWith("/") ? origin + target : target === "*" ? `${origin}/` : target;
  const url = parsed(whole);
  if (url === null) return null;
  return url.protocol === "http:" || url.protocol === "https:" ? url : null;
}

/** One that is wrong is rare, so nothing looks before it parses. */
function parsed(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Express takes the path of a mounted router off `url` and keeps it in `originalUrl`. */
function targetOf(request: IncomingMessage & { readonly originalUrl?: unknown }): string {
  return typeof request.originalUrl === "string" ? request.originalUrl : (request.url ?? "/");
}
