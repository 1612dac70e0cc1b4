import { randomUUID } from "node:crypto";
import type { ByteRange, ByteSource, EpochMs } from "@stowage/core";
import { lostUpload } from "../errors.js";
import type { KeptPiece, Piece, Shelf, Spool } from "./spool.js";

interface Held {
  readonly expiresAt: EpochMs;
  readonly pieces: Map<string, { readonly piece: KeptPiece; readonly bytes: Uint8Array }>;
  readonly notes: Map<string, string>;
}

/** A spool for tests. It ends with its process, and so would bytes that clients were told are kept. */
export interface MemorySpool extends Spool {
  /** Names of all that is in it. */
  contents(): readonly string[];
}

/**
 * Makes an empty one.
 *
 * @example
 * const driver = relay(memoryDriver({ part: { minSize: 5_000 } }), { spool: memorySpool() });
 */
export function memorySpool(): MemorySpool {
  const shelves = new Map<string, Held>();
  const id = randomUUID().replaceAll("-", "");
  return {
    id: async () => id,
    shelf: (upload, expiresAt) => memoryShelf(shelves, upload, expiresAt),
    sweep: async (before) => {
      const over = [...shelves].filter(([, { expiresAt }]) => expiresAt < before);
      for (const [upload] of over) shelves.delete(upload);
      return over.length;
    },
    contents: () =>
      [...shelves].flatMap(([upload, { pieces, notes }]) =>
        [upload, ...pieces.keys(), ...notes.keys()].map((name) => (name === upload ? name : `${upload}/${name}`)),
      ),
  };
}

function memoryShelf(shelves: Map<string, Held>, upload: string, expiresAt: EpochMs): Shelf {
  const make = (): Held => {
    const held = shelves.get(upload) ?? { expiresAt, pieces: new Map(), notes: new Map() };
    shelves.set(upload, held);
    return held;
  };
  return {
    draft: async () => {
      const shelf = make();
      const batches: Uint8Array[] = [];
      return {
        write: async (batch) => void batches.push(...batch.map((bytes) => bytes.slice())),
        seal: async () => {},
        keep: async (piece) => {
          if (shelves.get(upload) !== shelf) throw lostUpload("its shelf was cleared");
          shelf.pieces.set(nameOf(piece), { piece: { ...piece, settled: false }, bytes: Buffer.concat(batches) });
        },
        drop: async () => {},
      };
    },
    pieces: async (cell) =>
      [...(shelves.get(upload)?.pieces.values() ?? [])].flatMap(({ piece }) => (piece.cell === cell ? [piece] : [])),
    has: async (piece) => shelves.get(upload)?.pieces.has(nameOf(piece)) === true,
    read: (piece, range) => readHeld(() => shelves.get(upload)?.pieces.get(nameOf(piece))?.bytes, range),
    settle: async (piece) => {
      const held = shelves.get(upload)?.pieces;
      const found = held?.get(nameOf(piece));
      if (found !== undefined) held?.set(nameOf(piece), { ...found, piece: { ...found.piece, settled: true } });
    },
    remove: async (pieces) => pieces.forEach((piece) => shelves.get(upload)?.pieces.delete(nameOf(piece))),
    make: async () => void make(),
    note: async (name) => shelves.get(upload)?.notes.get(name) ?? null,
    notes: async (prefix) => [...(shelves.get(upload)?.notes.keys() ?? [])].filter((name) => name.startsWith(prefix)),
    putNote: async (name, text) => {
      const shelf = shelves.get(upload);
      if (shelf === undefined) throw lostUpload("its shelf was cleared");
      shelf.notes.set(name, text);
    },
    clear: async () => void shelves.delete(upload),
  };
}

function readHeld(find: () => Uint8Array | undefined, { start, end }: ByteRange): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    const bytes = find();
    if (bytes === undefined) throw lostUpload("a piece is gone");
    yield bytes.slice(start, end);
  }
  return { size: end - start, oneShot: false, stream };
}

function nameOf({ cell, offset, size, id }: Piece): string {
  return `${cell}/${offset}-${size}-${id}`;
}
