import { completeRuntime } from "../default-runtime.js";
import type { HttpClient, Runtime } from "../runtime.js";
import { nativeDigest } from "./native-digest.js";
import { undiciClient, type UndiciRequest } from "./undici-client.js";

/**
 * What Node programs inject: native digests, and requests by undici where it is installed (an optional peer
 * dependency, loaded with the first request), else by fetch. What is given in `overrides` stays as it is.
 *
 * @example
 * const driver = s3({ bucket: "uploads" }, nodeRuntime({ log: pino() }));
 */
export function nodeRuntime(overrides: Partial<Runtime> = {}): Runtime {
  return completeRuntime({ digest: nativeDigest, http: lazyClient(completeRuntime().http), ...overrides });
}

/** One attempt to load, whose outcome all requests share. */
function lazyClient(fallback: HttpClient): HttpClient {
  let client: Promise<HttpClient> | undefined;
  return async (request, options) => {
    client ??= import("undici").then(
      // Its type asks for Node's Readable as a body, where any async iterable will do.
      ({ request: send }) => undiciClient(send as unknown as UndiciRequest),
      () => fallback,
    );
    return (await client)(request, options);
  };
}
