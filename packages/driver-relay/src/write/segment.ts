import type { CallOptions, Chunk } from "@stowage/core";
import type { Cell } from "../grid/grid.js";
import type { RelayUpload } from "../relay-upload.js";
import type { Draft, Piece } from "../spool/spool.js";
import type { BodyReader } from "./body-reader.js";

/** The part of a chunk that lies within one cell, while it comes in. */
export interface SegmentJob {
  readonly upload: RelayUpload;
  readonly chunk: Chunk;
  readonly reader: BodyReader;
  /** Name of all pieces of this write. */
  readonly id: string;
  readonly cell: Cell;
  readonly offset: number;
  /** Most bytes of it: up to the end of the cell or of the body. */
  readonly most: number;
  readonly options: CallOptions;
}

/** Where it went. */
export type Taken =
  /** `draft`: not kept yet, as all of the chunk counts or nothing. */
  | { readonly kind: "piece"; readonly piece: Piece; readonly draft: Draft | null }
  | { readonly kind: "part"; readonly cell: number; readonly size: number; readonly token: string };

/** The next bytes of the segment; `null` at its end. `toEnd`: the body has to end with it. */
export function takerOf(
  { reader, most }: Pick<SegmentJob, "reader" | "most">,
  toEnd: boolean,
): () => Promise<Uint8Array | null> {
  let left = most;
  return async () => {
    if (left === 0) {
      if (toEnd) await reader.end();
      return null;
    }
    const piece = await reader.read(left);
    left -= piece?.byteLength ?? 0;
    return piece;
  };
}
