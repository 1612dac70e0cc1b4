import { completeRuntime } from "@stowage/core";
import type { CallOptions, Caller, Engine, Runtime } from "@stowage/core";
import type { HttpAnswer, HttpExchange, Identify } from "@stowage/core/http";
import { corsOf } from "./cors.js";
import type { CorsOptions } from "./cors.js";
import { errorAnswer } from "./error-answer.js";
import { failureReport } from "./failure-report.js";
import { healthAnswer } from "./health.js";
import { findMount } from "./mounts.js";
import type { Mount } from "./mounts.js";
import { givenRequestId, requestIdField, withRequestId } from "./request-id.js";

/** What `frontDoor` composes. */
export interface FrontDoorOptions {
  readonly engine: Pick<Engine, "as">;
  /** May be empty: then only the health routes answer. */
  readonly mounts: readonly Mount[];
  /** Absent: everybody is nobody. */
  readonly identify?: Identify;
  /** Absent: no page of another origin may, but for what a front-end allows by itself. */
  readonly cors?: CorsOptions;
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

/** What went over the wire. */
export interface SentReport {
  /** The status that went out, which a source that broke early may have changed. */
  readonly status: number;
  /** Body bytes of the request that were read. */
  readonly received: number;
  /** Body bytes of the answer. */
  readonly sent: number;
  /** `false`: the client went away, or the source broke, before all of the answer was out. */
  readonly whole: boolean;
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

  const dispatch = async (exchange: HttpExchange, requestId: string, call: CallOptions): Promise<HttpAnswer> => {
    const mount = mountOf(exchange.url.pathname);
    if (mount === null) return notFound(requestId);
    const caller = await identify(exchange);
    const access = { caller, as: (someone: Caller) => options.engine.as(someone) };
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
      const answer =
        cors.preflight(exchange) ??
        healthAnswer(exchange, draining) ??
        (await dispatch(exchange, requestId, call).catch((error: unknown) => failed(error, requestId)));
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
          const { method, url } = exchange;
          // Without the query, which may hold a signature.
          const fields = {
            requestId,
            method,
            path: url.pathname.slice(0, 512),
            ...report,
            ms: clock.now() - startedAt,
          };
          if (report.status >= 500) log.warn(fields, "request");
          else log.info(fields, "request");
        },
      };
    },
    announceDrain: () => {
      draining = true;
    },
  };
}

function notFound(requestId: string): HttpAnswer {
  return errorAnswer(404, { code: "NOT_FOUND", message: "nothing is mounted at this path", requestId });
}
