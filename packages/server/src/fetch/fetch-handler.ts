import type { HttpExchange } from "@stowage/core/http";
import type { FrontDoor } from "../front-door.js";
import { brokenResponse, webAnswer } from "./web-answer.js";
import { webBody } from "./web-body.js";

/** What a fetch handler composes. */
export interface FetchHandlerOptions<Platform = unknown> {
  readonly door: FrontDoor;
  /**
   * Address of the other end of the connection: only the platform knows how to tell. `platform` is the handler's second
   * argument: Deno's info, Bun's server, or what the caller gives (Hono's context). Default: `null` for all.
   */
  readonly peer?: (request: Request, platform: Platform) => string | null;
  /** Scheme and host that clients use (`https://files.example`), where a proxy in front or the platform hides them. Default: of `request.url`. */
  readonly publicOrigin?: string | ((request: Request) => string);
  /** Aborted where everything must be dropped; absent: never. `request.signal` is not it: a client that goes away leaves bytes that count. */
  readonly signal?: AbortSignal;
}

/**
 * The door as a function of the fetch standard, for Hono, Next route handlers, Deno, Bun and workers. Informational responses
 * and trailers are not to be had there, and bodies cost 1.1 to 1.4 times the CPU of `./node`.
 *
 * @example
 * app.all("/api/v4/*", (context) => handler(context.req.raw));
 */
export function fetchHandler<Platform = unknown>(
  options: FetchHandlerOptions<Platform>,
): (request: Request, platform?: Platform) => Promise<Response> {
  const { publicOrigin, signal: end } = options;
  const peer = options.peer ?? (() => null);
  return async (request, platform) => {
    const body = webBody(request);
    let isCut = false;
    const exchange: HttpExchange = {
      method: request.method,
      url: urlOf(request, publicOrigin),
      body,
      peer: peer(request, platform as Platform),
      header: (name) => request.headers.get(name) ?? undefined,
      trailers: async () => new Map(),
      cut: () => {
        isCut = true;
      },
    };
    // One for each request: Node takes more than ten listeners of a signal for a leak.
    const signal = AbortSignal.any(end === undefined ? [] : [end]);
    const answer = await options.door.answer(exchange, { signal });
    if (!isCut) return webAnswer(request.method, answer, () => body.received);
    answer.sent({ status: answer.status, received: body.received, sent: 0, whole: false });
    return brokenResponse();
  };
}

function urlOf(request: Request, publicOrigin: FetchHandlerOptions["publicOrigin"]): URL {
  const url = new URL(request.url);
  if (publicOrigin === undefined) return url;
  const origin = typeof publicOrigin === "string" ? publicOrigin : publicOrigin(request);
  // Joined, not resolved: a path of //elsewhere/x would name another host.
  return new URL(origin + url.pathname + url.search);
}
