import {
  type ByteSource,
  type Chunk,
  type ChunkSink,
  fromBytes,
  type Json,
  type Receipt,
  type Runtime,
  type StorageDriver,
  type UploadTarget,
} from "@stowage/core";
import { memoryBackend, memoryDriver, type MemoryDriverOptions } from "@stowage/core/memory";
import { memorySpool, relay, type Shelf, type Spool } from "../src/index.js";
import type { Wishes } from "./fixtures.js";

/** A call that nobody cancels. */
export const calm = { signal: new AbortController().signal };

/** A target of its own. */
export function targetOf(size: number | null, changes: Partial<UploadTarget> = {}): UploadTarget {
  return {
    sessionId: crypto.randomUUID(),
    key: crypto.randomUUID(),
    size,
    plan: null,
    contentType: "text/plain",
    metadata: {},
    expiresAt: Date.now() + 3_600_000,
    ...changes,
  };
}

/** Bytes of one kind. */
export function filled(size: number, fill: string): Uint8Array {
  return new Uint8Array(Buffer.alloc(size, fill));
}

/** An open upload. */
export interface Upload {
  readonly target: UploadTarget;
  readonly handle: Json;
  readonly sink: ChunkSink;
  write(offset: number, body: ByteSource | Uint8Array, changes?: Partial<Chunk>): Promise<Receipt>;
}

/** Begins an upload. */
export async function begin(driver: StorageDriver, size: number | null, given = targetOf(size)): Promise<Upload> {
  const handle = await driver.begin(given, calm);
  return { target: given, handle, ...through(driver, handle, given) };
}

/** An upload that goes on. */
export function through(driver: StorageDriver, handle: Json, target: UploadTarget): Pick<Upload, "sink" | "write"> {
  const sink = driver.sink(handle, target);
  return {
    sink,
    write: (offset, body, changes = {}) => {
      const source = body instanceof Uint8Array ? fromBytes(body) : body;
      const isLast = target.size !== null && offset + (source.size ?? 0) === target.size;
      const chunk = { offset, index: null, isLast, whole: false, attempt: crypto.randomUUID(), body: source };
      return sink.write({ ...chunk, ...changes }, calm);
    },
  };
}

/** A relay over memory, and what the inner driver was asked to write: offset and size of each part. */
export function memoryScene(
  inner: MemoryDriverOptions,
  wishes: Wishes,
  runtime: Partial<Runtime> = {},
  around: (shelf: Shelf) => Partial<Shelf> = () => ({}),
) {
  const backend = memoryBackend();
  const spool = memorySpool();
  const parts: string[] = [];
  /** Held back, or refused, as a test likes. */
  const gate = { before: (): Promise<void> => Promise.resolve() };
  const watched = (driver: StorageDriver): StorageDriver => ({
    ...driver,
    sink: (handle, target) => {
      const sink = driver.sink(handle, target);
      return {
        ...sink,
        write: async (chunk, options) => {
          parts.push(`${chunk.offset}+${chunk.body.size}`);
          await gate.before();
          return sink.write(chunk, options);
        },
      };
    },
  });
  const changed: Spool = {
    ...spool,
    shelf: (upload, expiresAt) => {
      const shelf = spool.shelf(upload, expiresAt);
      return { ...shelf, ...around(shelf) };
    },
  };
  const make = (): StorageDriver =>
    relay(watched(memoryDriver({ backend, ...inner }, runtime)), { spool: changed, ...wishes }, runtime);
  const read = (key: string): string => Buffer.from(backend.objects.get(key)?.bytes ?? []).toString("latin1");
  return { driver: make(), make, spool, backend, parts, gate, read };
}
