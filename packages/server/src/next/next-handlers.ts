import { fetchHandler } from "../fetch/fetch-handler.js";
import type { FetchHandlerOptions } from "../fetch/fetch-handler.js";
import type { FrontDoor } from "../front-door.js";
import { isHostField } from "../host-field.js";

/** What the route handlers of one app compose. */
export interface NextHandlersOptions extends Pick<FetchHandlerOptions, "publicOrigin" | "signal"> {
  /**
   * Opens the door at the first request: `next build` loads routes too, and must not open stores. One that fails is tried
   * again at the next request.
   */
  readonly door: () => Promise<FrontDoor>;
  /** Routes of the same name share one door. Default `uploads`. */
  readonly name?: string;
}

type Handler = (request: Request) => Promise<Response>;

/** One for each method that front-ends know. */
export interface NextHandlers {
  readonly GET: Handler;
  readonly HEAD: Handler;
  readonly POST: Handler;
  readonly PUT: Handler;
  readonly PATCH: Handler;
  readonly DELETE: Handler;
  readonly OPTIONS: Handler;
}

/**
 * The door as route handlers of Next's App Router, in a route of `[...path]` below each prefix that has front-ends. Next
 * bundles every route by itself and loads them anew after a change, so the door is kept on `globalThis`: one for a process.
 *
 * @example
 * export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = nextHandlers({ door: openDoor });
 */
export function nextHandlers({ door, name = "uploads", ...options }: NextHandlersOptions): NextHandlers {
  const handle: Handler = async (request) => {
    const opened = await once(`@stowage/server/next:${name}`, async () =>
      fetchHandler({ publicOrigin: askedOrigin, door: await door(), ...options }),
    );
    return opened(request);
  };
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle, OPTIONS: handle };
}

/** Of the `Host` field: in `request.url` Next writes localhost for 127.0.0.1, and its own name behind a proxy. */
function askedOrigin(request: Request): string {
  const { protocol, origin } = new URL(request.url);
  const host = request.headers.get("host");
  return host !== null && isHostField(host) ? `${protocol}//${host}` : origin;
}

/** One value for a key in this process, whoever asks; a failure is forgotten. */
function once(name: string, make: () => Promise<Handler>): Promise<Handler> {
  const key = Symbol.for(name);
  const kept = globalThis as { [key]?: Promise<Handler> };
  return (kept[key] ??= make().catch((error: unknown) => {
    delete kept[key];
    throw error;
  }));
}
