import { completeRuntime, isUploadError, UploadError } from "@stowage/core";
import type { Runtime } from "@stowage/core";
import { reportFailure } from "@stowage/core/http";
import type { Access, HttpAnswer, HttpExchange, Protocol, ProtocolOptions } from "@stowage/core/http";
import { matchRoute } from "./match-route.js";
import { optionsSchema } from "./options.js";
import type { NativeOptions, Settings } from "./options.js";
import { routes } from "./routes.js";
import { openapiDocument } from "./site/openapi.js";
import { problemOf } from "./wire/errors.js";
import { failed } from "./wire/outcome.js";
import type { Outcome } from "./wire/outcome.js";
import { printProblem } from "./wire/problem.js";

/**
 * The JSON front-end of our own client, usually under `/uploads`.
 *
 * @example
 * const door = frontDoor({ engine, mounts: [{ prefix: "/uploads", protocol: native() }], identify });
 *
 * @throws {UploadError} `OPTIONS_INVALID`
 */
export function native(options: NativeOptions = {}, runtime: Partial<Pick<Runtime, "log">> = {}): Protocol {
  const settings = parseOptions(options);
  const { log } = completeRuntime(runtime);
  const document = JSON.stringify(openapiDocument(routes, settings.title));

  const answer = async (exchange: HttpExchange, access: Access, given: ProtocolOptions): Promise<Outcome> => {
    const { method, url } = exchange;
    const path = url.pathname.slice(given.prefix.length);
    if (path === "/openapi.json" && (method === "GET" || method === "HEAD")) return openapi(document);
    const match = matchRoute(routes, method, path);
    if (match.route === null) return refuse(match.allowed);
    const { caller } = access;
    if (caller === null) return failed(401, "UNAUTHENTICATED", "nobody that we know is asking");
    const { prefix, signal } = given;
    const engine = access.as(caller);
    const { owner } = caller;
    return match.route.run({ settings, exchange, prefix, parts: match.parts, options: { signal }, owner, engine });
  };
  return {
    name: "native",
    handle: async (exchange, access, given) => {
      const outcome = await answer(exchange, access, given).catch((error: unknown) => {
        reportFailure(log, { requestId: exchange.header("x-request-id"), protocol: "native" }, error);
        return explain(error);
      });
      return print(outcome);
    },
  };
}

/** `allowed`: the methods that the path has; none: there is no such path. */
function refuse(allowed: readonly string[]): Outcome {
  if (allowed.length === 0) return failed(404, "ROUTE_NOT_FOUND", "nothing is at this address");
  return failed(405, "METHOD_NOT_ALLOWED", "the address does not take this method", { allow: allowed.join(", ") });
}

/** Of what is no `UploadError` the client learns nothing. */
function explain(error: unknown): Outcome {
  if (isUploadError(error)) return { kind: "failed", facts: problemOf(error) };
  return { kind: "failed", facts: { status: 500, code: "INTERNAL", title: "internal error", retryable: true } };
}

function print(outcome: Outcome): HttpAnswer {
  switch (outcome.kind) {
    case "raw":
      return outcome.answer;
    case "empty":
      return { status: 204 };
    case "failed":
      return printProblem(outcome.facts, outcome.headers);
    case "done":
      return {
        status: outcome.status,
        // Answers hold signed URLs, so no cache may keep them.
        headers: {
          "content-type": "application/json; charset=utf-8",
          "cache-control": "no-store",
          ...outcome.headers,
        },
        body: JSON.stringify(outcome.data),
      };
  }
}

function openapi(document: string): Outcome {
  return { kind: "raw", answer: { status: 200, headers: { "content-type": "application/json" }, body: document } };
}

function parseOptions(options: NativeOptions): Settings {
  const result = optionsSchema.safeParse(options);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join(".") || "options"}: ${message}`,
  );
  throw new UploadError("OPTIONS_INVALID", `native: ${issues.join("; ")}`, { driver: "native", issues });
}
