import { causeField, nodeSigner } from "@stowage/cloudreve-wire";
import { completeRuntime, isUploadError } from "@stowage/core";
import type { Caller, Engine, Runtime } from "@stowage/core";
import { reportFailure } from "@stowage/core/http";
import type { Access, HttpAnswer, HttpExchange, Protocol, ProtocolOptions } from "@stowage/core/http";
import { crossOrigin } from "../files/content-headers.js";
import { routeMatcher } from "../match-route.js";
import { parseOptions } from "../options.js";
import { failed, printOutcome } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { failureOf } from "../wire/errors.js";
import { authorize } from "./authorize.js";
import { callbackCourier } from "./callbacks/callback-courier.js";
import { httpStatusOf } from "./http-status.js";
import { slaveOptionsSchema } from "./options.js";
import type { CloudreveSlaveOptions } from "./options.js";
import type { SlaveSite } from "./slave-call.js";
import { slavePreflight } from "./slave-cors.js";
import { slaveRoutes } from "./slave-routes.js";
import type { SlaveRoute } from "./slave-routes.js";
import { slaveProtocol } from "./upload/slave-facts.js";

/** A node's front-end, and what it does by itself. */
export interface CloudreveSlave extends Protocol {
  /** Delivers the callbacks that an earlier process left, now and from then on. Called once, when the engine is there. */
  start(engine: Pick<Engine, "as">): void;
  /** Ends that, before the engine is closed. What is not delivered stays so. Requests go on without it. */
  close(): Promise<void>;
}

const matcher = routeMatcher(slaveRoutes);

/**
 * A Cloudreve v4 storage node: stores for a master, and takes chunks from whoever has the master's credential. Masters
 * expect it under `/api/v4/slave`.
 *
 * @example
 * const slave = cloudreveSlave({ key: nodeKey }, nodeRuntime());
 * const door = frontDoor({ engine, mounts: [{ prefix: "/api/v4/slave", protocol: slave }] });
 * slave.start(engine);
 *
 * @throws {UploadError} `OPTIONS_INVALID`
 */
export function cloudreveSlave(
  options: CloudreveSlaveOptions,
  runtime: Partial<Pick<Runtime, "clock" | "newId" | "log" | "http">> = {},
): CloudreveSlave {
  const settings = parseOptions(slaveOptionsSchema, options);
  const { clock, newId, log, http } = completeRuntime(runtime);
  const signer = nodeSigner(settings.key);
  const caller: Caller = { owner: settings.owner, groups: [] };
  const courier = callbackCourier(
    { clock, http, log, signer, timeoutMs: settings.callbackTimeoutMs },
    { waitMs: settings.callbackWaitMs, rescanMs: settings.rescanMs },
  );
  const site: SlaveSite = { settings, signer, courier, clock, http };

  return {
    name: slaveProtocol,
    handle: async (exchange, access, given): Promise<HttpAnswer> => {
      const correlationId = exchange.header("x-request-id") ?? newId();
      const explain = (error: unknown): Outcome => {
        reportFailure(log, { requestId: correlationId, protocol: slaveProtocol }, error);
        if (!isUploadError(error)) return failed(-1, "internal error");
        return { kind: "failed", failure: failureOf(error), headers: { [causeField]: error.code } };
      };
      return answer(exchange, { site, engine: access.as(caller), given, explain, correlationId });
    },
    start: (engine) => courier.start(engine.as(caller)),
    close: () => courier.close(),
  };
}

/** What an answer is made with, but for the request. */
interface Surroundings {
  readonly site: SlaveSite;
  readonly engine: ReturnType<Access["as"]>;
  readonly given: ProtocolOptions;
  readonly explain: (error: unknown) => Outcome;
  readonly correlationId: string;
}

async function answer(exchange: HttpExchange, around: Surroundings): Promise<HttpAnswer> {
  const path = exchange.url.pathname.slice(around.given.prefix.length);
  const crossOriginMethods = exchange.method === "OPTIONS" ? matcher.crossOriginMethods(path) : [];
  if (crossOriginMethods.length > 0) return { status: 204, headers: slavePreflight(crossOriginMethods) };
  const match = matcher.find(exchange.method, path);
  if (match === null) return printOutcome(failed(404, "no such route"), around.correlationId);
  const { route, parts } = match;
  const outcome = await run(route, parts, exchange, around).catch(around.explain);
  const printed = printOutcome(withStatus(route, exchange.url, outcome), around.correlationId);
  return route.crossOrigin === true ? { ...printed, headers: { ...crossOrigin, ...printed.headers } } : printed;
}

async function run(
  route: SlaveRoute,
  parts: readonly string[],
  exchange: HttpExchange,
  { site, engine, given }: Surroundings,
): Promise<Outcome> {
  const authorized = await authorize(site, exchange, route.signature);
  if (authorized.kind === "refused") return authorized.outcome;
  const { body } = authorized;
  return route.run({ ...site, exchange, parts, body, engine, options: { signal: given.signal } });
}

/** A failure with the HTTP status that the route has for it, or that its client asks for. */
function withStatus({ failures }: SlaveRoute, url: URL, outcome: Outcome): Outcome {
  if (outcome.kind !== "failed" || outcome.status !== undefined || failures === undefined) return outcome;
  if (failures !== "asked") return { ...outcome, status: failures };
  const isAsked = url.searchParams.get("status") === "http";
  return isAsked ? { ...outcome, status: httpStatusOf(outcome.failure.code) } : outcome;
}
