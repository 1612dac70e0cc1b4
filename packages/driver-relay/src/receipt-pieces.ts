import type { Receipt } from "@stowage/core";
import { cellOf, type RelayUpload } from "./relay-upload.js";
import type { Piece } from "./spool/spool.js";
import { parseToken } from "./token.js";

/** What receipts say together. */
export interface Receipted {
  /** By offset where the receipts are. */
  readonly pieces: readonly Piece[];
  /** Inner receipts' tokens, by cell. */
  readonly parts: ReadonlyMap<number, string>;
  /** Spools that the pieces lie in: one, unless processes were set up with several. */
  readonly spools: ReadonlySet<string>;
}

/** @throws {UploadError} `BACKEND_LOST_UPLOAD` for tokens that are none of ours */
export function receipted(upload: RelayUpload, receipts: readonly Receipt[]): Receipted {
  const pieces: Piece[] = [];
  const parts = new Map<number, string>();
  const spools = new Set<string>();
  for (const receipt of receipts) {
    if (receipt.size === 0) continue;
    const { spool, piece: id, segments } = parseToken(receipt.token);
    let offset = receipt.offset;
    for (const segment of segments) {
      const cell = cellOf(upload, offset);
      if (segment.kind === "part") {
        parts.set(segment.cell, segment.token);
        offset = cell.end;
      } else {
        pieces.push({ cell: cell.index, offset, size: segment.size, id });
        spools.add(spool);
        offset += segment.size;
      }
    }
  }
  return { pieces, parts, spools };
}
