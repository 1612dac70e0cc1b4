import { completeRuntime, isUploadError } from "@stowage/core";
import type { CallOptions, Caller, Engine, Runtime } from "@stowage/core";
import type { HttpAnswer, HttpExchange, Identify } from "@stowage/core/http";
import { corsOf } from "./cors.js";
import type { CorsOptions } from "./cors.js";
import { errorAnswer } from "./error-answer.js";
import { failureReport } from "./failure-report.js";
import { healthAnswer } from "./health.js";
import type { PolicyHealth } from "./health.js";
import { logRequest } from "./log-request.js";
import { findMount } from "./mounts.js";
import type { Mount } from "./mounts.js";
import { givenRequestId, requestIdField, withRequestId } from "./request-id.js";
import { unwatched } from "./watch.js";
import type { DoorRequest, RequestWatch, SentReport } from "./watch.js";

/** What `frontDoor` composes. */
export interface FrontDoorOptions {
  readonly engine: Pick<Engine, "as">;
  /** May be empty: then only the health routes answer. */
  readonly mounts: readonly Mount[];
  /** Absent: everybody is nobody. Where it throws an `UploadError` that may pass (`retry: "same"`), the answer is 503. */
  readonly identify?: Identify;
  /** Absent: no page of another origin may, but for what a front-end allows by itself. */
  readonly cors?: CorsOptions;
  /** Health of each policy, for `/readyz`: where all are unhealthy it answers 503. Absent: ready until the drain. */
  readonly policies?: () => readonly PolicyHealth[];
  /** Metrics and spans. Not told of health routes and preflights. Must not throw. */
  readonly watch?: (request: DoorRequest) => RequestWatch;
  readonly runtime?: Partial<Pick<Runtime, "clock" | "newId" | "log">>;
}

/** The front-ends behind one function; an adapter (`./node`, `./fetch`) puts it behind a platform. */
export interface FrontDoor {
  /** Never rejects: what a front-end throws is logged, and answered with a plain 500. */
  answer(exchange: HttpExchange, options: CallOptions): Promise<DoorAnswer>;
  /** From now on `/readyz` answers 503. All else goes on. */
  announceDrain(): void;
}

/** An answer, and whom to tell what became of it. All field names are lower-case. */
export interface DoorAnswer extends HttpAnswer {
  readonly headers: Readonly<Record<string, string>>;
  /** The adapter's last word on the exchange, said once; writes the log line. */
  sent(report: SentReport): void;
  /** The body's source threw: logs it. Returns what to answer instead, where nothing has gone out yet. */
  broke(error: unknown): HttpAnswer;
}

/**
 * Mounts front-ends under prefixes, with request ids, CORS, health routes and a log line for each request.
 *
 * @throws {UploadError} `OPTIONS_INVALID`
 * @example
 * const door = frontDoor({ engine, mounts: [{ prefix: "/api/v4", protocol: cloudreve({ signingKey }) }] });
 */
export function frontDoor(options: FrontDoorOptions): FrontDoor {
  const { clock, newId, log } = completeRuntime(options.runtime);
  const mountOf = findMount(options.mounts);
  const cors = corsOf(options.cors);
  const identify = options.identify ?? (() => null);
  let draining = false;

  const watch = options.watch ?? unwatched;
  const dispatch = async (
    mount: Mount | null,
    exchange: HttpExchange,
    requestId: string,
    call: CallOptions,
  ): Promise<HttpAnswer> => {
    if (mount === null) return notFound(requestId);
    const settled = await settleCaller(identify, exchange);
    if (settled.kind === "unsettled") {
      log.warn({ requestId, ...failureReport(settled.error) }, "a caller could not be settled");
      return unsettled(requestId);
    }
    const access = { caller: settled.caller, as: (someone: Caller) => options.engine.as(someone) };
    return mount.protocol.handle(exchange, access, { signal: call.signal, prefix: mount.prefix });
  };
  const failed = (error: unknown, requestId: string): HttpAnswer => {
    log.error({ requestId, ...failureReport(error) }, "a front-end failed");
    return errorAnswer(500, { code: "INTERNAL", message: "internal error", requestId });
  };

  return {
    answer: async (bare, call) => {
      const startedAt = clock.now();
      const requestId = givenRequestId(bare) ?? newId();
      const exchange = withRequestId(bare, requestId);
      const early = cors.preflight(exchange) ?? healthAnswer(exchange, draining, options.policies?.() ?? []);
      const mount = early === null ? mountOf(exchange.url.pathname) : null;
      const watched = early === null ? watch(requestOf(exchange, requestId, mount)) : null;
      const dispatched = (): Promise<HttpAnswer> =>
        dispatch(mount, exchange, requestId, call).catch((error: unknown) => failed(error, requestId));
      const answer = early ?? (await (watched?.within?.(dispatched) ?? dispatched()));
      const dress = (plain: HttpAnswer): Readonly<Record<string, string>> => {
        const headers: Record<string, string> = { "x-content-type-options": "nosniff", [requestIdField]: requestId };
        for (const name in plain.headers) headers[name.toLowerCase()] = plain.headers[name] ?? "";
        return Object.assign(headers, cors.fields(exchange, headers));
      };
      return {
        ...answer,
        headers: dress(answer),
        broke: (error) => {
          const instead = failed(error, requestId);
          return { ...instead, headers: dress(instead) };
        },
        sent: (report) => {
          watched?.end(report);
          logRequest(log, { requestId, ...shown(exchange, mount), ...report, ms: clock.now() - startedAt });
        },
      };
    },
    announceDrain: () => {
      draining = true;
    },
  };
}

function requestOf(exchange: HttpExchange, requestId: string, mount: Mount | null): DoorRequest {
  const [prefix, protocol] = mount === null ? [null, null] : [mount.prefix, mount.protocol.name];
  return { requestId, ...shown(exchange, mount), prefix, protocol, header: (name) => exchange.header(name) };
}

type Settled =
  | { readonly kind: "settled"; readonly caller: Caller | null }
  /** Nobody is at fault, and it may pass. */
  | { readonly kind: "unsettled"; readonly error: unknown };

async function settleCaller(identify: Identify, exchange: HttpExchange): Promise<Settled> {
  try {
    return { kind: "settled", caller: await identify(exchange) };
  } catch (error) {
    if (isUploadError(error) && error.retry === "same") return { kind: "unsettled", error };
    throw error;
  }
}

function unsettled(requestId: string): HttpAnswer {
  return errorAnswer(503, { code: "UNAVAILABLE", message: "who asks cannot be settled now, try again", requestId });
}

/** For logs and spans. */
function shown({ method, url }: HttpExchange, mount: Mount | null): Pick<DoorRequest, "method" | "path"> {
  return { method, path: mount?.protocol.logPath?.(url.pathname) ?? url.pathname };
}

function notFound(requestId: string): HttpAnswer {
  return errorAnswer(404, { code: "NOT_FOUND", message: "nothing is mounted at this path", requestId });
}
