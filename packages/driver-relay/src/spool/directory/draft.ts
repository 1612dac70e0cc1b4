import { mkdir, open, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { lostUpload } from "../../errors.js";
import type { Draft, Piece } from "../spool.js";
import { codeOf, mapped } from "./errors.js";
import { fileMode, type Folder, folderMode } from "./folder.js";
import { cellName, pieceName } from "./layout.js";

/** A file of its own name; renamed when it is whole, so that nobody ever lists half a piece. Rejects with `ENOENT` where there is no shelf. */
export async function openDraft(folder: Folder, shelf: string, name: string): Promise<Draft> {
  const path = join(shelf, name);
  const file = await open(path, "wx", fileMode);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await file.close();
  };
  const drop = async (): Promise<void> => {
    await close().catch(() => {});
    await unlink(path).catch(() => {});
  };
  const seal = async (): Promise<void> => {
    if (isOpen && folder.isFlushed) await file.datasync();
    await close();
  };
  return {
    write: (batch) =>
      mapped("write", async () => {
        for (let rest = batch; rest.length > 0;) {
          const { bytesWritten } = await file.writev(rest as Uint8Array[]);
          if (bytesWritten === 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
          rest = without(rest, bytesWritten);
        }
      }),
    seal: () => mapped("seal", seal),
    keep: async (piece) => {
      try {
        await mapped("keep", async () => {
          await seal();
          await moveToCell(folder, shelf, path, piece);
        });
      } catch (error) {
        await drop();
        throw error;
      }
    },
    drop,
  };
}

async function moveToCell(folder: Folder, shelf: string, path: string, piece: Piece): Promise<void> {
  const cell = join(shelf, cellName(piece.cell));
  const to = join(cell, pieceName(piece, false));
  try {
    await rename(path, to);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    await makeCell(folder, cell);
    await rename(path, to).catch((again: unknown) => {
      throw codeOf(again) === "ENOENT" ? lostUpload("its shelf was cleared", again) : again;
    });
  }
  await folder.flushNames(cell);
  await folder.flushAbove(shelf, cell);
}

/** Not with its parents: where the shelf was cleared it stays so. */
async function makeCell(folder: Folder, cell: string): Promise<void> {
  await mkdir(cell, { mode: folderMode }).catch(async (error: unknown) => {
    if (codeOf(error) === "EEXIST") return;
    if (codeOf(error) !== "ENOENT") throw error;
    await folder.checkThere();
    throw lostUpload("its shelf was cleared", error);
  });
}

/** What is left of a batch when so many bytes are taken off the front. */
function without(batch: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let skip = bytes;
  let index = 0;
  for (const piece of batch) {
    if (piece.byteLength > skip) break;
    skip -= piece.byteLength;
    index++;
  }
  const [first, ...others] = batch.slice(index);
  return first === undefined ? [] : [first.subarray(skip), ...others];
}
