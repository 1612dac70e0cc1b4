import { completeRuntime, isUploadError } from "@stowage/core";
import type { Runtime } from "@stowage/core";
import { reportFailure } from "@stowage/core/http";
import type { Access, HttpAnswer, HttpExchange, Protocol, ProtocolOptions } from "@stowage/core/http";
import type { Call, Site } from "./call.js";
import { crossOriginPreflight } from "./files/content-headers.js";
import { urlSigner } from "./files/url-signer.js";
import { routeMatcher } from "./match-route.js";
import type { RouteMatch } from "./match-route.js";
import { optionsSchema, parseOptions } from "./options.js";
import type { CloudreveOptions } from "./options.js";
import { routes } from "./routes.js";
import type { Route } from "./routes.js";
import { derivedKeys } from "./session/derived-keys.js";
import { refuseStranger } from "./session/refuse-stranger.js";
import { openapiDocument } from "./site/openapi.js";
import { failed, printOutcome } from "./wire/envelope.js";
import type { Failure, Outcome } from "./wire/envelope.js";
import { failureOf } from "./wire/errors.js";

/**
 * The Cloudreve v4 API: sign-in, uploads, files. Clients expect it under `/api/v4`.
 *
 * @example
 * const api = cloudreve({ signingKey: process.env.SIGNING_KEY });
 *
 * @throws {UploadError} `OPTIONS_INVALID`
 */
export function cloudreve(
  options: CloudreveOptions,
  runtime: Partial<Pick<Runtime, "clock" | "newId" | "log">> = {},
): Protocol {
  const settings = parseOptions(optionsSchema, options);
  const { clock, newId, log } = completeRuntime(runtime);
  const keys = derivedKeys(settings.signingKey);
  const site: Site = { settings, clock, newId, keys, signer: urlSigner(() => keys("url")) };
  const matcher = routeMatcher(routes);
  const document = JSON.stringify(openapiDocument(routes, settings.version));

  const answer = async (
    exchange: HttpExchange,
    access: Access,
    given: ProtocolOptions,
    explain: Call["explain"],
  ): Promise<Outcome> => {
    const path = exchange.url.pathname.slice(given.prefix.length);
    if (path === "/openapi.json" && exchange.method === "GET") return openapi(document);
    const crossOrigin = exchange.method === "OPTIONS" ? matcher.crossOriginMethods(path) : [];
    if (crossOrigin.length > 0) return preflight(crossOrigin);
    const match = matcher.find(exchange.method, path);
    if (match === null) return failed(404, "no such route");
    const { prefix, signal } = given;
    const { caller } = access;
    return run(match, { ...site, exchange, prefix, parts: match.parts, caller, options: { signal }, explain }, access);
  };
  return {
    name: "cloudreve",
    // The last segment of a callback is its secret.
    logPath: (path) => path.replace(/(\/callback\/[^/]*\/[^/]*\/).+$/, "$1…"),
    handle: async (exchange, access, given): Promise<HttpAnswer> => {
      const correlationId = correlationOf(exchange) ?? newId();
      const explain = (error: unknown): Failure => {
        reportFailure(log, { requestId: correlationId, protocol: "cloudreve" }, error);
        return failureFor(error);
      };
      const outcome = await answer(exchange, access, given, explain).catch((error: unknown): Outcome => ({
        kind: "failed",
        failure: explain(error),
      }));
      return printOutcome(outcome, correlationId);
    },
  };
}

async function run({ route }: RouteMatch<Route>, call: Call, access: Access): Promise<Outcome> {
  switch (route.who) {
    case "anyone":
      return route.run(call);
    case "signed":
      return route.run({
        ...call,
        engine: access.as({ owner: null, groups: [] }),
        as: (someone) => access.as(someone),
      });
    case "known": {
      const { caller } = access;
      if (caller === null) return refuseStranger(call);
      return route.run({ ...call, caller, owner: caller.owner, engine: access.as(caller) });
    }
  }
}

/** Of what is no `UploadError` the client learns nothing but the id that the log has too. */
function failureFor(error: unknown): Failure {
  return isUploadError(error) ? failureOf(error) : { code: -1, msg: "internal error" };
}

/** The id of the server in front, or the client's own, where it is fit to be repeated: Cloudreve adopts it too. */
function correlationOf(exchange: HttpExchange): string | null {
  const given = [exchange.header("x-request-id"), exchange.header("x-cr-correlation-id")];
  return given.find((id) => id !== undefined && /^[\w.:-]{1,128}$/.test(id)) ?? null;
}

function preflight(methods: readonly string[]): Outcome {
  return { kind: "raw", answer: { status: 204, headers: crossOriginPreflight(methods) } };
}

function openapi(document: string): Outcome {
  return { kind: "raw", answer: { status: 200, headers: { "content-type": "application/json" }, body: document } };
}
