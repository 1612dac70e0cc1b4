import type { ByteSource } from "@stowage/core";
import type { HttpAnswer } from "@stowage/core/http";
import type { DoorAnswer } from "../front-door.js";
import { untransformed } from "../untransformed.js";

/**
 * The answer as a `Response`. A source that fails before its first byte becomes an error answer; one that fails later
 * breaks the stream, and the platform cuts the connection.
 */
export async function webAnswer(method: string, answer: DoorAnswer, received: () => number): Promise<Response> {
  const { body, status, headers } = answer;
  let isTold = false;
  const told = (sent: number, whole: boolean, as = status): void => {
    if (!isTold) answer.sent({ status: as, received: received(), sent, whole });
    isTold = true;
  };
  try {
    if (!isSource(body) || method === "HEAD" || isBodyless(status)) {
      const response = plain(method, answer);
      told(response.body === null || isSource(body) ? 0 : sizeOf(body), true);
      return response;
    }
    const iterator = body.stream()[Symbol.asyncIterator]();
    const pieces = measured(iterator, body.size);
    const first = await pieces();
    const length = body.size === null ? {} : { "content-length": String(body.size) };
    const stream = first === null ? null : streamOf(iterator, pieces, first, answer, told);
    if (stream === null) told(0, true);
    return new Response(stream, { status, headers: { ...untransformed(headers), ...length } });
  } catch (error) {
    const instead = answer.broke(error);
    told(isSource(instead.body) ? 0 : sizeOf(instead.body), true, instead.status);
    return plain(method, instead);
  }
}

/** What `cut` comes to: a stream that breaks at once, for which a platform has nothing but to cut the connection. */
export function brokenResponse(): Response {
  const error = new TypeError("the connection is cut");
  return new Response(new ReadableStream({ start: (controller) => controller.error(error) }), { status: 500 });
}

function plain(method: string, { status, headers, body }: HttpAnswer): Response {
  const size = isSource(body) ? body.size : sizeOf(body);
  const length =
    size === null || isBodyless(status) || (method === "HEAD" && body === undefined)
      ? {}
      : { "content-length": String(size) };
  const content = method === "HEAD" || isBodyless(status) || isSource(body) || body === undefined ? null : body;
  return new Response(content as string | Uint8Array<ArrayBuffer> | null, {
    status,
    headers: { ...untransformed(headers ?? {}), ...length },
  });
}

function streamOf(
  iterator: AsyncIterator<Uint8Array>,
  pieces: () => Promise<Uint8Array | null>,
  first: Uint8Array,
  answer: DoorAnswer,
  told: (sent: number, whole: boolean) => void,
): ReadableStream<Uint8Array> {
  let sent = 0;
  let next: Uint8Array | null = first;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    try {
      const piece: Uint8Array | null = next ?? (await pieces());
      next = null;
      if (piece === null) {
        told(sent, true);
        return controller.close();
      }
      sent += piece.byteLength;
      controller.enqueue(piece);
    } catch (error) {
      answer.broke(error);
      told(sent, false);
      controller.error(error);
    }
  };
  const cancel = async (): Promise<void> => {
    told(sent, false);
    await iterator.return?.();
  };
  return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
}

/**
 * The next bytes that are not none, or `null` at the end. A source that is shorter or longer than it said fails: platforms
 * that drop the length would make a whole answer of it.
 */
function measured(iterator: AsyncIterator<Uint8Array>, size: number | null): () => Promise<Uint8Array | null> {
  let got = 0;
  return async () => {
    for (;;) {
      const result = await iterator.next();
      const length = result.done === true ? 0 : result.value.byteLength;
      got += length;
      if (size !== null && (got > size || (result.done === true && got < size))) {
        await iterator.return?.();
        throw new TypeError(`the body has ${got} bytes by now, not ${size}`);
      }
      if (result.done === true) return null;
      if (length > 0) return result.value;
    }
  };
}

function isSource(body: HttpAnswer["body"]): body is ByteSource {
  return typeof body === "object" && !(body instanceof Uint8Array);
}

/** `Response` refuses a body for these. */
function isBodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

function sizeOf(body: string | Uint8Array | undefined): number {
  return typeof body === "string" ? new TextEncoder().encode(body).byteLength : (body?.byteLength ?? 0);
}
