import type { ServerResponse } from "node:http";
import type { S3Answer } from "./s3-answer.js";

/**
 * Sends an answer. What is left of the request's body is read and dropped, up to a limit, because a connection that is
 * closed with unread bytes is reset, and the answer with it.
 *
 * @param most bytes of its body after which the connection is reset; `null`: all
 */
export async function sendAnswer(response: ServerResponse, answer: S3Answer, most: number | null): Promise<void> {
  const { status, headers, body } = answer;
  const isText = typeof body === "string";
  const size =
    body === null ? (headers["content-length"] ?? "0") : String(isText ? Buffer.byteLength(body) : body.size);
  const hasLength = status !== 204 && status !== 304;
  response.writeHead(status, { ...headers, ...(hasLength ? { "content-length": size } : {}) });
  if (body === null) return void response.end();
  let left = most ?? Number.POSITIVE_INFINITY;
  for await (const bytes of isText ? [Buffer.from(body)] : body.bytes) {
    const part = bytes.subarray(0, Math.min(bytes.byteLength, left));
    left -= part.byteLength;
    if (!response.write(part)) await drained(response);
    if (response.destroyed) return;
    if (left > 0) continue;
    await new Promise((resolve) => response.write("", resolve));
    return void response.socket?.destroy();
  }
  response.end();
}

/** Resolves when there is room again, or nobody to send to. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
    if (response.destroyed) done();
  });
}

/** Bytes of a refused body that are read, so that the client sees the answer. */
const patience = 1024 * 1024;

/** Makes a connection whose request was not read to its end good for an answer; whoever sends more is cut off. */
export function dropBody(response: ServerResponse): void {
  const request = response.req;
  if (request.complete || request.readableEnded) return;
  response.shouldKeepAlive = false;
  let seen = 0;
  request.on("data", (bytes: Buffer) => {
    seen += bytes.byteLength;
    if (seen > patience && response.writableFinished) request.destroy();
  });
  request.on("error", () => {});
  request.resume();
}
