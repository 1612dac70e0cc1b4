import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { EpochMs } from "@stowage/core";
import { lostUpload } from "../../errors.js";
import type { Piece, Shelf } from "../spool.js";
import { openDraft } from "./draft.js";
import { codeOf, mapped, unlessMissing } from "./errors.js";
import { fileMode, type Folder, folderMode } from "./folder.js";
import { cellName, expiryName, noteName, notePrefix, parsePiece, pieceName } from "./layout.js";
import { hasPiece, readPiece } from "./read-piece.js";

/** A folder. Made and removed by one rename each, so that it has its expiry and its pieces, or is not there. */
export function directoryShelf(folder: Folder, upload: string, expiresAt: EpochMs): Shelf {
  const path = join(folder.layout.uploads, upload);
  const make = (): Promise<void> => makeShelf(folder, path, upload, expiresAt);
  const list = async (within: string): Promise<readonly string[]> => {
    const names = await unlessMissing(readdir(within));
    if (names === null) await folder.checkThere();
    return names ?? [];
  };
  return {
    draft: () =>
      mapped("draft", async () => {
        const name = `draft-${newName()}`;
        const there = await unlessMissing(openDraft(folder, path, name));
        if (there !== null) return there;
        await make();
        return openDraft(folder, path, name);
      }),
    pieces: (cell) =>
      mapped("list", async () =>
        (await list(join(path, cellName(cell)))).flatMap((name) => [...parsePiece(cell, name)]),
      ),
    has: (piece) => mapped("look", () => hasPiece(path, piece)),
    read: (piece, range) => readPiece(path, piece, range),
    settle: (piece) =>
      mapped("settle", async () => {
        const cell = join(path, cellName(piece.cell));
        await unlessMissing(rename(join(cell, pieceName(piece, false)), join(cell, pieceName(piece, true))));
      }),
    remove: (pieces) => mapped("remove", () => removePieces(path, pieces)),
    make: () => mapped("make", make),
    note: (name) => mapped("read a note", () => unlessMissing(readFile(join(path, noteName(name)), "utf8"))),
    notes: (prefix) =>
      mapped("list", async () =>
        (await list(path)).flatMap((name) =>
          name.startsWith(notePrefix + prefix) ? [name.slice(notePrefix.length)] : [],
        ),
      ),
    putNote: (name, text) => mapped("note", () => putNote(folder, path, name, text)),
    clear: () =>
      mapped("clear", async () => {
        const gone = join(folder.layout.aside, `${upload}-${newName()}`);
        if ((await unlessMissing(rename(path, gone).then(() => true))) === null) return folder.checkThere();
        await folder.flushNames(folder.layout.uploads);
        await rm(gone, { recursive: true, force: true });
      }),
  };
}

function newName(): string {
  return randomBytes(8).toString("hex");
}

async function makeShelf(folder: Folder, path: string, upload: string, expiresAt: EpochMs): Promise<void> {
  await folder.ready();
  await folder.checkThere();
  const { aside, uploads } = folder.layout;
  const fresh = join(aside, `${upload}-${newName()}`);
  await mkdir(fresh, { mode: folderMode });
  await (await open(join(fresh, expiryName(expiresAt)), "wx", fileMode)).close();
  await folder.flushNames(fresh);
  try {
    await rename(fresh, path);
    await folder.flushNames(uploads);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Somebody else was quicker. Its expiry lies in it, so it is not empty and not replaced.
    if (!["ENOTEMPTY", "EEXIST", "EPERM"].includes(codeOf(error))) throw error;
  }
}

async function removePieces(path: string, pieces: readonly Piece[]): Promise<void> {
  for (const piece of pieces) {
    const cell = join(path, cellName(piece.cell));
    // Settled last: who settles it meanwhile only moves it to the name that is looked at next.
    for (const settled of [false, true]) await unlessMissing(unlink(join(cell, pieceName(piece, settled))));
  }
}

async function putNote(folder: Folder, path: string, name: string, text: string): Promise<void> {
  const fresh = join(path, `draft-${newName()}`);
  const file = await unlessMissing(open(fresh, "wx", fileMode));
  if (file === null) {
    await folder.checkThere();
    throw lostUpload("its shelf was cleared");
  }
  try {
    try {
      await file.writeFile(text);
      if (folder.isFlushed) await file.datasync();
    } finally {
      await file.close();
    }
    if ((await unlessMissing(rename(fresh, join(path, noteName(name))).then(() => true))) === null)
      throw lostUpload("its shelf was cleared");
  } catch (error) {
    // It is tried again and again while there is no room.
    await unlink(fresh).catch(() => {});
    throw error;
  }
  await folder.flushNames(path);
}
