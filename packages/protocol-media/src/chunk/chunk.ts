import type { ByteRange } from "@stowage/core";
import type { MediaKind } from "../wire/answers.js";

/** A chunk whose form was read to its end: as many bytes as its range says. */
export interface Chunk {
  readonly kind: MediaKind;
  readonly range: ByteRange;
  /** Size of the whole file, as this chunk says. */
  readonly total: number;
  /** The file name of the part, as the client gave it. */
  readonly name: string | null;
  readonly bytes: Uint8Array;
}
