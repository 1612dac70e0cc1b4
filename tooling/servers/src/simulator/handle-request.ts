import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { corsHeaders } from "./bucket/cors-answer.js";
import type { FaultRules } from "./faults/fault-rules.js";
import type { S3FaultEffect } from "./faults/s3-fault.js";
import { errorDocument } from "./http/error-document.js";
import { operationOf } from "./http/operation.js";
import type { S3Operation } from "./http/operation.js";
import { refusalOf, refuse } from "./http/refusal.js";
import type { Refusal } from "./http/refusal.js";
import type { S3Answer } from "./http/s3-answer.js";
import { readS3Request } from "./http/s3-request.js";
import type { S3Request } from "./http/s3-request.js";
import { dropBody, sendAnswer } from "./http/send-answer.js";
import { slowly } from "./faults/slow-answer.js";
import { cutBody } from "./faults/cut-body.js";
import { perform } from "./perform.js";
import type { Simulation } from "./state/simulation.js";

/** What the server knows beside the simulation itself. */
export interface Attendance {
  readonly simulation: Simulation;
  readonly domain: string;
  readonly faults: FaultRules;
  /** Told of every call whose operation is known, before it acts. */
  counted(operation: S3Operation): void;
}

/** Answers one request. Never rejects: what is a mistake of ours is answered with 500 and its text. */
export async function handleRequest(
  message: IncomingMessage,
  response: ServerResponse,
  attendance: Attendance,
): Promise<void> {
  const requestId = randomBytes(8).toString("hex").toUpperCase();
  const resource = (message.url ?? "/").replace(/\?.*$/, "");
  const failed = (error: unknown): S3Answer => {
    const refusal = refusalOf(error) ?? internal(error);
    const body = errorDocument(refusal, resource, requestId);
    const headers = { "content-type": "application/xml", ...refusal.headers };
    const isBare = message.method === "HEAD" || refusal.status === 304;
    return { status: refusal.status, headers, body: isBare ? null : body };
  };
  try {
    const request = readS3Request(message, response, attendance.domain);
    const operation = operationOf(request);
    attendance.counted(operation);
    const effect = attendance.faults.next(operation, request.key ?? "");
    const act = async (): Promise<S3Answer> => withCors(request, attendance, await performOrRefuse(operation));
    const performOrRefuse = (name: S3Operation): Promise<S3Answer> =>
      perform(name, request, attendance.simulation).catch(failed);
    await attend(request, response, requestId, effect, act, failed);
  } catch (error) {
    await send(response, requestId, failed(error), null);
  }
}

/** Acts and answers, with what goes wrong on the way. */
async function attend(
  request: S3Request,
  response: ServerResponse,
  requestId: string,
  effect: S3FaultEffect | null,
  act: () => Promise<S3Answer>,
  failed: (error: unknown) => S3Answer,
): Promise<void> {
  const reset = (): void => void response.req.socket.resetAndDestroy();
  switch (effect?.kind) {
    case undefined:
      return send(response, requestId, await act(), null);
    case "error": {
      const { status, code, retryAfterSeconds } = effect;
      const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
      const answer = failed(refuse(code, "Please reduce your request rate.", { headers }));
      return send(response, requestId, { ...answer, status }, null);
    }
    case "reset":
      if (effect.when === "before") return reset();
      if (effect.when === "amid") return cutBody(request, response, effect.bytes);
      await act();
      return reset();
    case "truncate":
      return send(response, requestId, await act(), effect.bytes);
    case "delay": {
      if (effect.when === "before") await delay(effect.ms);
      const answer = await act();
      if (effect.when === "after") await delay(effect.ms);
      return send(response, requestId, answer, null);
    }
    case "slow-200":
      return slowly(response, requestId, effect.ms, act);
    case "error-in-200":
      return slowly(response, requestId, effect.ms ?? 0, async () =>
        failed(refuse(effect.code, "We encountered an internal error. Please try again.")),
      );
  }
}

async function send(response: ServerResponse, requestId: string, answer: S3Answer, most: number | null): Promise<void> {
  if (response.destroyed) return;
  dropBody(response);
  const headers = { "x-amz-request-id": requestId, server: "s3-simulator", ...answer.headers };
  await sendAnswer(response, { ...answer, headers }, most);
}

function withCors(request: S3Request, { simulation }: Attendance, answer: S3Answer): S3Answer {
  if (request.method === "OPTIONS") return answer;
  const headers = corsHeaders(request, simulation.buckets.get(request.bucket ?? "") ?? null);
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

function internal(error: unknown): Refusal {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: 500, code: "InternalError", message, details: {}, headers: {} };
}
