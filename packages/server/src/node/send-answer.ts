import type { ServerResponse } from "node:http";
import type { ByteSource } from "@stowage/core";
import type { HttpAnswer } from "@stowage/core/http";
import type { DoorAnswer } from "../front-door.js";
import { untransformed } from "../untransformed.js";
import type { IdleWatch } from "./idle-watch.js";

/** How much of an answer went out. */
export interface Sent {
  readonly status: number;
  readonly bytes: number;
  /** All of it. */
  readonly whole: boolean;
}

/** How this answer goes out on this connection. */
export interface SendOptions {
  /** The fields of the answer without its body. */
  readonly head: boolean;
  readonly idle: IdleWatch;
  /** Nothing of the request is left, so that the response may end with its last byte: one write less. */
  readonly ends: boolean;
  /** More fields, which depend on the connection. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Writes an answer but does not end it while anything is left of the request, which is read first: a client that has
 * all bytes of an answer of known length needs no end. A client that is gone stops the source. A source that breaks, or an answer
 * whose fields Node refuses, becomes another answer, or cuts the connection where the first is under way.
 */
export async function sendAnswer(response: ServerResponse, answer: DoorAnswer, options: SendOptions): Promise<Sent> {
  const progress = { bytes: 0 };
  try {
    if (isSource(answer.body) && !isBodyless(answer.status, options))
      await sendSource(response, answer, answer.body, options, progress);
    else sendBytes(response, answer, options, progress);
    return { status: answer.status, bytes: progress.bytes, whole: !response.destroyed };
  } catch (error) {
    const instead = answer.broke(error);
    if (response.headersSent) {
      response.destroy();
      return { status: answer.status, bytes: progress.bytes, whole: false };
    }
    sendBytes(response, instead, options, progress);
    return { status: instead.status, bytes: progress.bytes, whole: !response.destroyed };
  }
}

function isSource(body: HttpAnswer["body"]): body is ByteSource {
  return typeof body === "object" && !(body instanceof Uint8Array);
}

function isBodyless(status: number, { head }: SendOptions): boolean {
  return head || status === 204 || status === 304;
}

function sendBytes(
  response: ServerResponse,
  answer: HttpAnswer,
  options: SendOptions,
  progress: { bytes: number },
): void {
  const { body } = answer;
  const size = sizeOf(body);
  writeHead(response, answer, size, options);
  if (body === undefined || isSource(body) || size === null || size === 0 || isBodyless(answer.status, options)) {
    if (options.ends) response.end();
    else response.flushHeaders();
    return;
  }
  // Text stays text: Node joins it to the head, and both go out in one piece.
  if (options.ends) response.end(body);
  else response.write(body);
  progress.bytes = size;
}

function sizeOf(body: HttpAnswer["body"]): number | null {
  if (typeof body === "string") return Buffer.byteLength(body);
  return isSource(body) ? body.size : (body?.byteLength ?? null);
}

async function sendSource(
  response: ServerResponse,
  answer: HttpAnswer,
  source: ByteSource,
  options: SendOptions,
  progress: { bytes: number },
): Promise<void> {
  const { size } = source;
  for await (const piece of source.stream()) {
    // Not before the first piece is there: a source that fails at once still gets a proper error.
    if (!response.headersSent) writeHead(response, answer, size, options);
    if (size !== null && progress.bytes + piece.byteLength > size)
      throw new TypeError(`the body is longer than ${size} bytes`);
    const isRoom = response.write(piece);
    progress.bytes += piece.byteLength;
    if (!isRoom) await drained(response, options.idle);
    if (response.destroyed) return;
  }
  if (size !== null && progress.bytes < size)
    throw new TypeError(`the body ended after ${progress.bytes} of ${size} bytes`);
  if (response.headersSent) return;
  writeHead(response, answer, size, options);
  response.flushHeaders();
}

/** `size`: of the body, `null` where there is none or nobody knows. */
function writeHead(response: ServerResponse, answer: HttpAnswer, size: number | null, options: SendOptions): void {
  const { status, headers, body } = answer;
  // A front-end that answers HEAD without a body may have said the length itself.
  const length = size ?? (body === undefined && !options.head ? 0 : null);
  const isSilent = status === 204 || status === 304 || length === null;
  const fields: Record<string, string> = { ...untransformed(headers ?? {}), ...options.fields };
  if (!isSilent) fields["content-length"] = String(length);
  response.writeHead(status, fields);
}

/** Resolves when the client took what was written, went away, or took nothing for too long. */
function drained(response: ServerResponse, idle: IdleWatch): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    const waiting = { expire: () => void response.destroy() };
    const done = (): void => {
      idle.stop(waiting);
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
    idle.start(waiting);
  });
}
