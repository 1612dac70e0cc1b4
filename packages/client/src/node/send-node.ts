import { Agent, request as requestHttp } from "node:http";
import { Agent as TlsAgent, request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { SourceBytes } from "../source-bytes.js";
import { sendFetch } from "../http/send-fetch.js";
import type { Answer, Outgoing } from "../http/exchange.js";

/** Progress is told after each such piece. */
const pieceSize = 65_536;

const http = { request: requestHttp, agent: new Agent({ keepAlive: true }) };
const https = { request: requestHttps, agent: new TlsAgent({ keepAlive: true }) };

/** By Node's own client, which unlike fetch lets one see how far a body is. Rejects where there is no answer. */
export function sendNode(outgoing: Outgoing): Promise<Answer> {
  const { body, url } = outgoing;
  // A form knows its length and boundary only inside fetch.
  if (body === undefined || typeof body === "string" || !("slice" in body)) return sendFetch(outgoing);
  const { request, agent } = new URL(url).protocol === "https:" ? https : http;
  const { method, signal, onSent } = outgoing;
  const length = "size" in body ? body.size : body.byteLength;
  const headers = { ...outgoing.headers, "content-length": String(length) };
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, agent, signal, headers });
    // More than one may come, and one that nobody hears would end the process.
    sending.on("error", reject);
    sending.once("response", (response) => {
      const header = (name: string): string | null => response.headers[name]?.toString() ?? null;
      text(response)
        .then((answer) => resolve({ status: response.statusCode ?? 0, header, text: answer }), reject)
        // An answer in the middle of a body: the rest of it would be in the way of the next request.
        .finally(() => sending.writableFinished || sending.destroy());
    });
    pipeline(pieces(body, onSent), sending).catch(reject);
  });
}

/** Counts what the connection has taken, as long as it takes it. */
async function* pieces(body: SourceBytes | Uint8Array, onSent: Outgoing["onSent"]): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const part of "size" in body ? body.stream() : [body]) {
    for (let at = 0; at < part.length; at += pieceSize) {
      const piece = part.subarray(at, at + pieceSize);
      yield piece;
      sent += piece.length;
      onSent?.(sent);
    }
  }
}
