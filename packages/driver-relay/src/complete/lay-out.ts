import type { Checksum, Receipt } from "@stowage/core";
import { combineChecksums } from "@stowage/core";
import { lostUpload } from "../errors.js";
import { compose, type Composition } from "../fill/compose.js";
import { type Cell, cellsOf, type Grid } from "../grid/grid.js";
import type { Receipted } from "../receipt-pieces.js";
import type { Piece } from "../spool/spool.js";

/** A cell of the object to be, and what it is made of by the receipts. */
export type Laid = LaidPart | LaidPieces;

/** A whole cell that went straight to the inner backend. */
export interface LaidPart extends LaidCell {
  readonly kind: "part";
  readonly token: string;
}

/** A cell that went, or is to go, from the spool. */
export interface LaidPieces extends LaidCell {
  readonly kind: "pieces";
  readonly composition: Composition;
}

interface LaidCell {
  readonly cell: Cell;
  /** CRC-32 of the cell, where chunks end where it ends; `null` else. */
  readonly checksum: Checksum | null;
}

/** @throws {UploadError} `BACKEND_LOST_UPLOAD` where tokens do not say where all bytes are */
export function layOut(
  grid: Grid,
  size: number,
  receipts: readonly Receipt[],
  { pieces, parts }: Receipted,
): readonly Laid[] {
  const within = inStep(pieces.toSorted(byOffset));
  const receiptsWithin = inStep(receipts.filter((receipt) => receipt.size > 0).toSorted(byOffset));
  return cellsOf(grid, size).map((cell) => {
    const checksum = checksumOf(cell, receiptsWithin(cell));
    const mine = within(cell);
    const token = parts.get(cell.index);
    if (token !== undefined) return { kind: "part", cell, token, checksum };
    const composition = compose(cell, mine);
    if (composition === null) throw lostUpload("receipts do not say where all bytes are");
    return { kind: "pieces", cell, composition, checksum };
  });
}

type Extent = Pick<Piece, "offset" | "size">;

function byOffset(a: Extent, b: Extent): number {
  return a.offset - b.offset;
}

/** For cells in their order: of extents in theirs, those that touch the cell. */
function inStep<Item extends Extent>(items: readonly Item[]): (cell: Cell) => readonly Item[] {
  let from = 0;
  return ({ start, end }) => {
    for (let item = items[from]; item !== undefined && item.offset + item.size <= start; item = items[from]) from++;
    const touching: Item[] = [];
    for (let at = from; at < items.length; at++) {
      const item = items[at];
      if (item === undefined || item.offset >= end) break;
      touching.push(item);
    }
    return touching;
  };
}

function checksumOf({ start, end }: Cell, receipts: readonly Receipt[]): Checksum | null {
  let at = start;
  for (const { offset, size } of receipts) {
    if (offset !== at) return null;
    at += size;
  }
  return at === end ? combineChecksums(receipts) : null;
}
