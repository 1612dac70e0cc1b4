import { setMaxListeners } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { serveRequest } from "./serve-request.js";
import { servingOf } from "./serving.js";
import type { ServingOptions } from "./serving.js";

/** `signal`: aborted where everything must be dropped; absent: never. */
export type NodeHandlerOptions = ServingOptions & { readonly signal?: AbortSignal };

/**
 * The door inside somebody else's server: a request listener of `node:http`, and a handler of Express. It has to
 * come before any body parser. Every path is answered, so it is mounted where the front-ends are.
 *
 * @example
 * app.use("/api/v4", nodeHandler({ door }));
 */
export function nodeHandler(options: NodeHandlerOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const signal = options.signal ?? new AbortController().signal;
  // Every request listens to it, so many listeners are no leak.
  setMaxListeners(0, signal);
  const serving = servingOf(options, { signal, isDraining: () => signal.aborted });
  return (request, response) => void serveRequest(request, response, serving, false);
}
