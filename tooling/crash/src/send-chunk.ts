import { once } from "node:events";
import { type ClientRequest, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { OpenedUpload, Reply } from "./cloudreve-client.js";

/** How a body is sent. */
export interface Sending {
  /** Called before each piece, with its length. */
  readonly onPiece?: (bytes: number) => void;
  /** A slow client: rests between pieces. Default: none. */
  readonly restMs?: number;
  /** Bytes of a piece. Default 256 KiB. */
  readonly pieceSize?: number;
}

/** `POST /file/upload/{id}/{index}`, on a connection of its own. Rejects where the line breaks before the answer. */
export async function sendChunk(
  url: string,
  upload: OpenedUpload,
  index: number,
  body: Buffer,
  sending: Sending = {},
): Promise<Reply> {
  const { onPiece = () => {}, restMs = 0, pieceSize = 256 * 1024 } = sending;
  const { outgoing, answered } = beginChunk(url, upload, index, body.length);
  for (let start = 0; start < body.length; start += pieceSize) {
    const piece = body.subarray(start, start + pieceSize);
    onPiece(piece.length);
    await writePiece(outgoing, piece, answered);
    if (restMs > 0) await sleep(restMs);
  }
  outgoing.end();
  return answered;
}

/** A chunk whose body is still to be written. */
export interface BegunChunk {
  readonly outgoing: ClientRequest;
  /** Rejects where the line breaks; somebody has to look. */
  readonly answered: Promise<Reply>;
}

/** Announces a body of `size` bytes and sends none. */
export function beginChunk(url: string, { id }: OpenedUpload, index: number, size: number): BegunChunk {
  const outgoing = request(`${url}/api/v4/file/upload/${id}/${index}`, {
    method: "POST",
    agent: false,
    headers: { "content-length": size },
  });
  const answered = new Promise<Reply>((resolve, reject) => {
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const pieces: Buffer[] = [];
      incoming.on("data", (piece: Buffer) => pieces.push(piece));
      incoming.on("error", reject);
      incoming.on("end", () => resolve(JSON.parse(Buffer.concat(pieces).toString()) as Reply));
    });
  });
  answered.catch(() => {});
  return { outgoing, answered };
}

/** With backpressure; an answer that comes early ends the wait, too. */
async function writePiece(outgoing: ClientRequest, piece: Buffer, answered: Promise<Reply>): Promise<void> {
  if (outgoing.destroyed || outgoing.write(piece)) return;
  const stop = new AbortController();
  const drained = once(outgoing, "drain", { signal: stop.signal });
  drained.catch(() => {});
  await Promise.race([drained, answered]).finally(() => stop.abort());
}
