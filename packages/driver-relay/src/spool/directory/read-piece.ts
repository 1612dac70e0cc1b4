import { type FileHandle, open, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ByteRange, ByteSource } from "@stowage/core";
import { lostUpload } from "../../errors.js";
import type { Piece } from "../spool.js";
import { mapped, unlessMissing } from "./errors.js";
import { cellName, pieceName } from "./layout.js";

const mostAtOnce = 256 * 1024;

/** A range of a piece, read as it is asked for. It may be settled, and so get another name, at any moment. */
export function readPiece(shelf: string, piece: Piece, { start, end }: ByteRange): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    const file = await mapped("read", () => openPiece(shelf, piece));
    try {
      for (let at = start; at < end;) {
        // Each its own memory: whoever sends it may hold it for long.
        const room = Buffer.allocUnsafeSlow(Math.min(mostAtOnce, end - at));
        const { bytesRead } = await mapped("read", () => file.read(room, 0, room.byteLength, at));
        if (bytesRead === 0) throw lostUpload("a piece is shorter than it was");
        at += bytesRead;
        yield room.subarray(0, bytesRead);
      }
    } finally {
      await file.close().catch(() => {});
    }
  }
  return { size: end - start, oneShot: false, stream };
}

/** Whether it has one of its names. */
export async function hasPiece(shelf: string, piece: Piece): Promise<boolean> {
  return (await underItsName(shelf, piece, (path) => stat(path))) !== null;
}

async function openPiece(shelf: string, piece: Piece): Promise<FileHandle> {
  const file = await underItsName(shelf, piece, (path) => open(path, "r"));
  if (file === null) throw lostUpload("a piece is gone");
  return file;
}

/** The settled name is tried twice: between the two looks the piece may get it. */
async function underItsName<Value>(
  shelf: string,
  piece: Piece,
  call: (path: string) => Promise<Value>,
): Promise<Value | null> {
  for (const settled of [true, false, true]) {
    const found = await unlessMissing(call(join(shelf, cellName(piece.cell), pieceName(piece, settled))));
    if (found !== null) return found;
  }
  return null;
}
