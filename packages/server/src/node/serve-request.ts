import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@stowage/core";
import { errorAnswer } from "../error-answer.js";
import type { DoorAnswer, FrontDoor } from "../front-door.js";
import { discardRest, isAllRead } from "./discard-rest.js";
import type { DiscardLimits } from "./discard-rest.js";
import type { IdleWatch } from "./idle-watch.js";
import { nodeExchange } from "./node-exchange.js";
import { requestBody } from "./request-body.js";
import type { RequestBody } from "./request-body.js";
import { sendAnswer } from "./send-answer.js";

/** What all requests of one server, or of one handler, share. */
export interface Serving {
  readonly door: FrontDoor;
  readonly clock: Clock;
  readonly idle: IdleWatch;
  readonly discard: DiscardLimits;
  readonly publicOrigin?: string;
  /** Aborted where everything must be dropped: the hard end of a drain, never a client that went away. */
  readonly signal: AbortSignal;
  /** Bodies of the requests that are being served. */
  readonly live: Set<RequestBody>;
  /** Requests that are being served, or whose unwanted rest is being read. */
  readonly busy: Set<IncomingMessage>;
  /** Connections are not to be used again. */
  isDraining(): boolean;
}

/** Serves one request to its end. Never rejects. `continues`: the client waits for `100 Continue`, and Node has sent none. */
export async function serveRequest(
  request: IncomingMessage,
  response: ServerResponse,
  serving: Serving,
  continues: boolean,
): Promise<void> {
  let continued = false;
  const onFirstRead = (): void => {
    if (!continues || response.headersSent) return;
    continued = true;
    response.writeContinue();
  };
  const body = requestBody(request, { idle: serving.idle, onFirstRead });
  response.on("error", () => {});
  serving.live.add(body);
  serving.busy.add(request);
  try {
    const answer = await answerTo(request, response, body, serving);
    if (response.destroyed)
      return answer.sent({ status: answer.status, received: body.received, sent: 0, whole: false });
    // Nothing more will come of it, or the client waits for a word before it sends anything.
    const isOver = body.failure !== null || (continues && !continued);
    const isLong = (body.size ?? 0) - body.received > serving.discard.bytes;
    const sent = await sendAnswer(response, answer, {
      head: request.method === "HEAD",
      idle: serving.idle,
      ends: !isOver && isAllRead(request, body),
      fields: isOver || isLong || serving.isDraining() ? { connection: "close" } : {},
    });
    answer.sent({ status: sent.status, received: body.received, sent: sent.bytes, whole: sent.whole });
    serving.live.delete(body);
    const isReusable = !isOver && (await discardRest(request, body, serving.discard, serving.clock));
    response.end();
    if (!isReusable || serving.isDraining()) request.socket.destroySoon();
  } catch {
    response.destroy();
  } finally {
    serving.live.delete(body);
    serving.busy.delete(request);
  }
}

async function answerTo(
  request: IncomingMessage,
  response: ServerResponse,
  body: RequestBody,
  { door, signal, publicOrigin }: Serving,
): Promise<DoorAnswer> {
  const made = nodeExchange(request, response, { body, ...(publicOrigin === undefined ? {} : { publicOrigin }) });
  if ("exchange" in made) return door.answer(made.exchange, { signal });
  const { status, code, message } = made.refused;
  const plain = errorAnswer(status, { code, message, requestId: "" });
  return { ...plain, headers: plain.headers ?? {}, sent: () => {}, broke: () => plain };
}
