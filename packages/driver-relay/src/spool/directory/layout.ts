import { join } from "node:path";
import type { KeptPiece, Piece } from "../spool.js";

/** Names below the folder of a spool. */
export interface Layout {
  readonly root: string;
  /** A file with the spool's id. */
  readonly id: string;
  /** `uploads/<upload>/`: a shelf. */
  readonly uploads: string;
  /** Shelves that are being made or removed. */
  readonly aside: string;
}

/** Of a folder that exists already or will. */
export function layoutOf(root: string): Layout {
  return { root, id: join(root, "id"), uploads: join(root, "uploads"), aside: join(root, "aside") };
}

/** An empty file of each shelf: when its upload ends at the latest. */
export function expiryName(expiresAt: number): string {
  return `expires-${Math.ceil(expiresAt)}`;
}

/** `null` for any other name. */
export function parseExpiry(name: string): number | null {
  const [, time] = /^expires-(\d{1,16})$/.exec(name) ?? [];
  return time === undefined ? null : Number(time);
}

/** Folder of a cell's pieces, within a shelf. */
export function cellName(cell: number): string {
  return `cell-${cell}`;
}

/** File of a note, within a shelf. */
export function noteName(name: string): string {
  return `${notePrefix}${name}`;
}

/** All notes begin so. */
export const notePrefix = "note-";

/** File of a piece, within its cell's folder: `s` where it is settled, else `u`. */
export function pieceName({ offset, size, id }: Piece, settled: boolean): string {
  return `${settled ? "s" : "u"}-${offset}-${size}-${id}`;
}

/** None for what is no piece's name. */
export function parsePiece(cell: number, name: string): readonly KeptPiece[] {
  const [, state, offset, size, id] = /^([su])-(\d{1,16})-(\d{1,16})-([0-9a-f]{32})$/.exec(name) ?? [];
  if (id === undefined) return [];
  return [{ cell, offset: Number(offset), size: Number(size), id, settled: state === "s" }];
}
