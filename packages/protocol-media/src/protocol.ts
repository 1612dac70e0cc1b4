import { completeRuntime, isUploadError, UploadError } from "@stowage/core";
import type { Runtime } from "@stowage/core";
import { reportFailure } from "@stowage/core/http";
import type { Access, HttpExchange, Protocol, ProtocolOptions } from "@stowage/core/http";
import { protocolName } from "./chunk/upload-facts.js";
import { holdBytes } from "./form/hold-bytes.js";
import { matchRoute } from "./match-route.js";
import { optionsSchema } from "./options.js";
import type { MediaOptions, Settings } from "./options.js";
import { routes } from "./routes.js";
import { openapiDocument } from "./site/openapi.js";
import { failureOf } from "./wire/errors.js";
import { failed } from "./wire/outcome.js";
import type { Outcome } from "./wire/outcome.js";
import { printOutcome } from "./wire/print-outcome.js";

/** What the front-end takes of a runtime. `memory`: the budget of the process, which the drivers share. */
export type MediaRuntime = Pick<Runtime, "clock" | "digest" | "log" | "memory" | "newId">;

/**
 * The media chunk API, usually under `/api/v2/media`.
 *
 * @example
 * const door = frontDoor({ engine, mounts: [{ prefix: "/api/v2/media", protocol: media({}, runtime) }], identify });
 *
 * @throws {UploadError} `OPTIONS_INVALID`
 */
export function media(options: MediaOptions = {}, runtime: Partial<MediaRuntime> = {}): Protocol {
  const settings = parseOptions(options);
  const { clock, log, memory, newId, digest } = completeRuntime(runtime);
  const holdFor = holdBytes(memory);
  const document = openapiDocument(routes, settings);

  const answer = async (exchange: HttpExchange, access: Access, given: ProtocolOptions): Promise<Outcome> => {
    const { method, url } = exchange;
    const path = url.pathname.slice(given.prefix.length);
    if (path === "/openapi.json" && (method === "GET" || method === "HEAD"))
      return { kind: "done", status: 200, data: document };
    const match = matchRoute(routes, method, path);
    if (match.route === null) return refuse(match.allowed);
    const { caller } = access;
    if (caller === null) return failed(401, "UNAUTHENTICATED", "nobody that we know is asking");
    const options = { signal: given.signal };
    const engine = access.as(caller);
    const hold = holdFor(caller.owner);
    const own = { clock, newId, digest };
    return match.route.run({ settings, exchange, id: match.id, options, engine, runtime: own, hold });
  };
  return {
    name: protocolName,
    handle: async (exchange, access, given) =>
      printOutcome(
        await answer(exchange, access, given).catch((error: unknown) => {
          reportFailure(log, { requestId: exchange.header("x-request-id"), protocol: "media" }, error);
          return explain(error);
        }),
      ),
  };
}

/** `allowed`: the methods that the path has; none: there is no such path. */
function refuse(allowed: readonly string[]): Outcome {
  if (allowed.length === 0) return failed(404, "ROUTE_NOT_FOUND", "nothing is at this address");
  const outcome = failed(405, "METHOD_NOT_ALLOWED", "the address does not take this method");
  return { ...outcome, headers: { allow: allowed.join(", ") } } as Outcome;
}

/** Of what is no `UploadError` the client learns nothing. */
function explain(error: unknown): Outcome {
  if (isUploadError(error)) return { kind: "failed", failure: failureOf(error) };
  return { kind: "failed", failure: { status: 500, code: "INTERNAL", message: "internal error", retryable: true } };
}

function parseOptions(options: MediaOptions): Settings {
  const result = optionsSchema.safeParse(options);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join(".") || "options"}: ${message}`,
  );
  throw new UploadError("OPTIONS_INVALID", `media: ${issues.join("; ")}`, { driver: "media", issues });
}
