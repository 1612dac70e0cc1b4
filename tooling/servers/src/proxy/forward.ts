import { Agent, request } from "node:http";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { passBody } from "./pass-body.js";
import type { ProxyEffect } from "./proxy-rule.js";

/** Hands requests to one server, each with its effect. The fields of a request stay as they are: its signature is over them. */
export interface Forwarder {
  /** Resolves when all is over, however it ended. */
  forward(message: IncomingMessage, response: ServerResponse, effect: ProxyEffect | null): Promise<void>;
  close(): void;
}

/** @param target an origin, `http://HOST:PORT` */
export function forwarder(target: string): Forwarder {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  const open = (message: IncomingMessage, response: ServerResponse): ClientRequest => {
    const { method = "GET", url = "/", rawHeaders } = message;
    const upstream = request({ agent, hostname, port, method, path: url, headers: rawHeaders });
    upstream.on("continue", () => response.writeContinue());
    upstream.flushHeaders();
    return upstream;
  };
  return {
    close: () => agent.destroy(),
    forward: async (message, response, effect) => {
      const reset = (): void => void message.socket.resetAndDestroy();
      try {
        if (effect?.kind === "answer") return answerItself(message, response, effect);
        if (effect?.kind === "delay") await delay(effect.ms);
        await exchange(open(message, response), message, response, effect, reset);
      } catch {
        // One side broke: so does the other.
        reset();
      }
    },
  };
}

async function exchange(
  upstream: ClientRequest,
  message: IncomingMessage,
  response: ServerResponse,
  effect: ProxyEffect | null,
  reset: () => void,
): Promise<void> {
  const answered = new Promise<IncomingMessage>((resolve, reject) =>
    upstream.once("response", resolve).once("error", reject),
  );
  const bytesPerSecond = effect?.kind === "throttle" ? effect.bytesPerSecond : null;
  const answering = new AbortController();
  const sending = passBody(message, upstream, {
    most: effect?.kind === "reset" ? effect.bytes : null,
    bytesPerSecond,
    over: answering.signal,
  });
  if (effect?.kind === "reset") {
    answered.catch(() => {});
    await sending;
    upstream.destroy();
    return reset();
  }
  // A server that refuses answers before it has read everything; what it leaves is read here, for the next request of the
  // connection comes after it.
  sending.then(
    () => upstream.end(),
    () => {
      upstream.destroy();
      message.resume();
    },
  );
  const answer = await answered;
  if (effect?.kind === "drop-answer") {
    answer.resume();
    await new Promise((resolve) => answer.once("close", resolve));
    return reset();
  }
  response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
  const most = effect?.kind === "truncate-answer" ? effect.bytes : null;
  const isWhole = await passBody(answer, response, { most, bytesPerSecond });
  if (isWhole) {
    answering.abort();
    return void response.end();
  }
  await new Promise((resolve) => response.write("", resolve));
  upstream.destroy();
  reset();
}

function answerItself(
  message: IncomingMessage,
  response: ServerResponse,
  effect: Extract<ProxyEffect, { kind: "answer" }>,
): void {
  message.resume();
  const { status, code, retryAfterSeconds } = effect;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>Please reduce your request rate.</Message></Error>`;
  response.writeHead(status, {
    "content-type": "application/xml",
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
  });
  response.end(message.method === "HEAD" ? "" : body);
}
