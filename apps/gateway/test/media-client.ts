import { ask } from "./running-gateway.js";
import type { Answer, Sent } from "./running-gateway.js";

/** A PNG of one dot. */
export const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

/** A chunk as a test wants it. */
export interface MediaChunk {
  /** Default: `image`. */
  readonly kind?: "image" | "document";
  /** Of the whole file; default: the picture. */
  readonly bytes?: Buffer;
  /** Half-open; default: all of it. */
  readonly range?: readonly [start: number, end: number];
  /** Of the upload, from its second chunk on. */
  readonly id?: string;
  readonly name?: string;
}

/** The form of a chunk, with its `Content-Range`. */
export function mediaForm(chunk: MediaChunk = {}): Required<Pick<Sent, "body" | "headers">> {
  const { kind = "image", bytes = picture, id, name = "a.bin" } = chunk;
  const [start, end] = chunk.range ?? [0, bytes.length];
  const boundary = "between-the-parts";
  const part = (about: string, value: Uint8Array): Buffer =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${about}\r\n\r\n`),
      value,
      Buffer.from("\r\n"),
    ]);
  const ids = id === undefined ? [] : [part('name="upload_id"', Buffer.from(id))];
  const file = part(`name="${kind}"; filename="${name}"`, bytes.subarray(start, end));
  return {
    body: Buffer.concat([...ids, file, Buffer.from(`--${boundary}--\r\n`)]),
    headers: {
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-range": `bytes ${start}-${end - 1}/${bytes.length}`,
    },
  };
}

/** Sends a chunk to `/api/v2/media`. */
export function sendMedia(url: string, chunk: MediaChunk = {}, sent: Sent = {}): Promise<Answer> {
  return ask(url, "POST", "/api/v2/media/upload/chunk/", { ...sent, ...mediaForm(chunk) });
}

/** Completes an upload at `/api/v2/media`. */
export function finishMedia(url: string, id: string, sent: Sent = {}): Promise<Answer> {
  return ask(url, "POST", "/api/v2/media/upload/chunk/complete/", { ...sent, json: { upload_id: id } });
}
