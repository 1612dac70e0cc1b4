import { completeRuntime, isUploadError, UploadError } from "@stowage/core";
import type { Runtime } from "@stowage/core";
import { reportFailure } from "@stowage/core/http";
import type { Access, HttpAnswer, HttpExchange, Protocol, ProtocolOptions } from "@stowage/core/http";
import { matchRoute } from "./match-route.js";
import type { RouteMatch } from "./match-route.js";
import { optionsSchema } from "./options.js";
import type { ImageStoreOptions, Settings } from "./options.js";
import { routes } from "./routes.js";
import { knownSessions } from "./sessions/known-sessions.js";
import { openapiDocument } from "./site/openapi.js";
import { untilDeadline } from "./until-deadline.js";
import { contentPath } from "./wire/content-path.js";
import { fabricErrorOf } from "./wire/errors.js";
import { failed, print } from "./wire/outcome.js";
import type { Outcome } from "./wire/outcome.js";
import { readQuery } from "./wire/read-query.js";
import { commonQuery } from "./wire/schemas.js";

/** What `imageStore` needs of a runtime. */
export type ImageStoreRuntime = Partial<Pick<Runtime, "clock" | "log">>;

/**
 * Service Fabric's ImageStore, which its SDKs expect under `/ImageStore`.
 *
 * @example
 * const door = frontDoor({ engine, mounts: [{ prefix: "/ImageStore", protocol: imageStore() }], identify });
 *
 * @throws {UploadError} `OPTIONS_INVALID`
 */
export function imageStore(options: ImageStoreOptions = {}, runtime: ImageStoreRuntime = {}): Protocol {
  const settings = parseOptions(options);
  const { log, clock } = completeRuntime(runtime);
  const known = knownSessions(clock);
  const document = JSON.stringify(openapiDocument(routes, settings.title));

  const answer = async (exchange: HttpExchange, access: Access, given: ProtocolOptions): Promise<Outcome> => {
    const match = matchRoute(routes, exchange.method, exchange.url.pathname.slice(given.prefix.length));
    if (match.kind === "document") return { kind: "document", text: document };
    if (match.kind !== "route") return refuse(match);
    const { caller } = access;
    if (caller === null) return failed(401, "E_ACCESSDENIED", "nobody that we know is asking");
    const { timeout } = readQuery(exchange.url, commonQuery);
    const path = contentPath(match.content);
    const seconds = timeout ?? settings.defaultTimeout;
    return untilDeadline({ clock, seconds, body: exchange.body, signal: given.signal }, ({ body, signal }) =>
      match.route.run({
        settings,
        known,
        exchange,
        body,
        path,
        options: { signal },
        owner: caller.owner,
        engine: access.as(caller),
      }),
    );
  };
  return {
    name: "image-store",
    handle: async (exchange, access, given): Promise<HttpAnswer> => {
      const outcome = await answer(exchange, access, given).catch((error: unknown) => {
        reportFailure(log, { requestId: exchange.header("x-request-id"), protocol: "image-store" }, error);
        return explain(error);
      });
      return print(outcome);
    },
  };
}

function refuse(match: RouteMatch & { readonly kind: "refused" }): Outcome {
  if (match.allowed.length === 0) return failed(404, "FABRIC_E_NAME_DOES_NOT_EXIST", "there is no such operation");
  return failed(405, "E_NOTIMPL", "the operation does not take this method", { allow: match.allowed.join(", ") });
}

/** Of what is no `UploadError` the client learns nothing. */
function explain(error: unknown): Outcome {
  if (isUploadError(error)) return { kind: "failed", facts: fabricErrorOf(error) };
  return failed(500, "E_FAIL", "internal error");
}

function parseOptions(options: ImageStoreOptions): Settings {
  const result = optionsSchema.safeParse(options);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join(".") || "options"}: ${message}`,
  );
  throw new UploadError("OPTIONS_INVALID", `image-store: ${issues.join("; ")}`, { driver: "image-store", issues });
}
