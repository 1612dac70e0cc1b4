import type { ByteRange, ByteSource, CheckFinding, EpochMs } from "@stowage/core";

/** Where pieces wait for their cell. All processes that may get a chunk of the same upload must reach the same one. */
export interface Spool {
  /**
   * 8 to 64 letters and digits that this spool keeps for ever. Receipts carry it, so that an upload whose pieces lie in
   * another spool is not taken for one whose pieces are lost. Makes the spool where it is new.
   */
  id(): Promise<string>;
  /** The place of one upload. No I/O. `upload`: 32 hexadecimal digits. `expiresAt`: nobody needs it a day after that. */
  shelf(upload: string, expiresAt: EpochMs): Shelf;
  /** Removes the shelves of uploads that expired before, and what crashes left between; resolves with how many. */
  sweep(before: EpochMs): Promise<number>;
  /** @throws {UploadError} `BACKEND_FULL`, `BACKEND_DENIED`, `BACKEND_UNAVAILABLE` where no new piece should come now */
  ping?(): Promise<void>;
  /** Tries what uploads will do; leaves nothing behind. */
  check?(): Promise<readonly CheckFinding[]>;
}

/** Bytes of one chunk within one cell. Never changes; another attempt at the same bytes is another piece. */
export interface Piece {
  readonly cell: number;
  readonly offset: number;
  readonly size: number;
  /** 32 hexadecimal digits, new for each write. */
  readonly id: string;
}

/** A piece as it is listed. */
export interface KeptPiece extends Piece {
  /** Its receipt is durable. `false` where nobody has said so yet. */
  readonly settled: boolean;
}

/**
 * Pieces and notes of one upload. Whatever has resolved is durable: after `kill -9`, and after power loss where the spool
 * was made for that. Several processes use a shelf at once. Rejects with an `UploadError` only.
 */
export interface Shelf {
  /** Bytes that come; nobody lists them before they are kept. Makes the shelf where it is missing. */
  draft(): Promise<Draft>;
  /** Pieces of a cell, in no order; one that is being settled at this moment may be left out. None where there is no shelf. */
  pieces(cell: number): Promise<readonly KeptPiece[]>;
  /** Whether a piece is there. Sure also while it is being settled, when a list may leave it out. */
  has(piece: Piece): Promise<boolean>;
  /** A range of a piece, from its beginning; fails with `BACKEND_LOST_UPLOAD` where the piece is gone. Can be read again. */
  read(piece: Piece, range: ByteRange): ByteSource;
  /** From now on it is listed as settled. No error where it is gone. */
  settle(piece: Piece): Promise<void>;
  /** No error where they are gone. */
  remove(pieces: readonly Piece[]): Promise<void>;
  /** Makes an empty shelf; no error where there is one. */
  make(): Promise<void>;
  /** `null`: there is none. */
  note(name: string): Promise<string | null>;
  /** Names of notes that begin so. */
  notes(prefix: string): Promise<readonly string[]>;
  /** Replaces a note of the name, whole or not at all. Fails with `BACKEND_LOST_UPLOAD` where there is no shelf. */
  putNote(name: string, text: string): Promise<void>;
  /** Removes all of it, at once for whoever looks. No error where there is none. */
  clear(): Promise<void>;
}

/** A piece that is being written. */
export interface Draft {
  write(batch: readonly Uint8Array[]): Promise<void>;
  /** No more comes; until it is kept or dropped it holds no descriptor. */
  seal(): Promise<void>;
  /** Makes it a piece. Fails with `BACKEND_LOST_UPLOAD` where the shelf was cleared. */
  keep(piece: Piece): Promise<void>;
  /** Never rejects. */
  drop(): Promise<void>;
}
