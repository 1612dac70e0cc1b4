import type { ByteRange } from "@stowage/core";
import type { Cell } from "../grid/grid.js";
import type { Piece } from "../spool/spool.js";

/** Bytes of a piece, counted from its beginning. */
export interface Slice {
  readonly piece: Piece;
  readonly range: ByteRange;
}

/** What a cell is made of, in order. */
export interface Composition {
  readonly slices: readonly Slice[];
}

/** `null`: the pieces leave a gap. Of pieces that overlap the earlier one counts, which settled ones never do. */
export function compose({ start, end }: Omit<Cell, "index">, pieces: readonly Piece[]): Composition | null {
  const slices: Slice[] = [];
  let at = start;
  for (const piece of pieces.toSorted((a, b) => a.offset - b.offset || b.size - a.size)) {
    const pieceEnd = piece.offset + piece.size;
    if (pieceEnd <= at) continue;
    if (at >= end || piece.offset > at) break;
    const until = Math.min(pieceEnd, end);
    slices.push({ piece, range: { start: at - piece.offset, end: until - piece.offset } });
    at = until;
  }
  return at >= end ? { slices } : null;
}
