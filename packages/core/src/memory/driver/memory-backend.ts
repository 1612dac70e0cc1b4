import { positionalBuffer, type PositionalBuffer } from "./positional-buffer.js";

/** Where an upload's bytes lie; a fenced upload has several, and its handle names one. */
export interface Generation {
  readonly buffer: PositionalBuffer;
  /** Acknowledged parts, by offset. */
  readonly parts: Map<number, { readonly size: number; readonly token: string }>;
}

/** An upload that is neither complete nor given up. */
export interface OpenUpload {
  readonly key: string;
  readonly generations: Map<string, Generation>;
}

/** What the drivers over it store: the "bucket". */
export interface MemoryBackend {
  /** Complete objects by key, with the upload that made them. */
  readonly objects: Map<string, { readonly upload: string; readonly bytes: Uint8Array }>;
  /** By upload id. */
  readonly uploads: Map<string, OpenUpload>;
}

/** A new, empty backend. */
export function memoryBackend(): MemoryBackend {
  return { objects: new Map(), uploads: new Map() };
}

/** Holds nothing yet. */
export function emptyGeneration(): Generation {
  return { buffer: positionalBuffer(), parts: new Map() };
}

/** The same bytes and parts in a place of their own. */
export function copyGeneration({ buffer, parts }: Generation): Generation {
  return { buffer: buffer.copy(), parts: new Map(parts) };
}
