import { setMaxListeners } from "node:events";
import { type CallOptions, type Chunk, type Receipt, UploadError, writeBehind } from "@stowage/core";
import type { UploadTarget } from "@stowage/core";
import type { LocalContext } from "./context.js";
import { driverName, lostUpload, toUploadError } from "./errors.js";
import type { FileCalls } from "./file-calls.js";
import { isSameFile } from "./file-identity.js";
import type { PartHandle } from "./handle.js";
import { uploadOf } from "./layout.js";
import { noFile } from "./receipts.js";

const leastBatch = 16 * 1024;
const mostBatch = 1024 * 1024;

/**
 * Writes a chunk at its offset in the part file. Resolves when every byte is in the page cache, or with durability
 * `disk` on the disk. A body that breaks off leaves a receipt for what it yielded unless the chunk is to be whole.
 */
export async function write(
  context: LocalContext,
  handle: PartHandle,
  target: UploadTarget,
  chunk: Chunk,
  { signal }: CallOptions,
): Promise<Receipt> {
  refuseImpossible(target, chunk);
  if (signal.aborted) throw signal.reason;
  const limit = chunk.body.size ?? (target.size === null ? null : target.size - chunk.offset);
  const writer = partWriter(context, { handle, key: target.key }, chunk, limit, signal);
  const { memory } = context.runtime;
  context.writing.count++;
  try {
    // What waits for its batch is in memory too: two hundred slow senders must not wait with half a megabyte each.
    const batch = (): number => Math.min(Math.max(memory.total / context.writing.count, leastBatch), mostBatch);
    await orAborted(
      writeBehind(chunk.body, batch, memory, (pieces, at) => writer.put(pieces, at), { signal }),
      signal,
    );
    writer.checkLength();
  } catch (error) {
    // A call that still runs could otherwise land on bytes that somebody writes next.
    await writer.idle();
    if (signal.aborted) throw signal.reason;
    if (writer.failed !== null) throw writer.failed;
    if (chunk.whole) throw error;
  } finally {
    context.writing.count--;
  }
  await writer.flush();
  return { offset: chunk.offset, size: writer.written, token: writer.token };
}

interface PartWriter {
  readonly written: number;
  readonly token: string;
  /** What the file system did, as opposed to the body. */
  readonly failed: UploadError | null;
  put(batch: readonly Uint8Array[], at: number): Promise<void>;
  checkLength(): void;
  flush(): Promise<void>;
  /** Resolves when no file call runs. */
  idle(): Promise<unknown>;
}

function partWriter(
  context: LocalContext,
  { handle, key }: { readonly handle: PartHandle; readonly key: string },
  chunk: Chunk,
  limit: number | null,
  signal: AbortSignal,
): PartWriter {
  const { descriptors, ended, settings } = context;
  const { size } = chunk.body;
  const calls = context.callsFor(size);
  const state = { written: 0, identity: null as string | null, failed: null as UploadError | null };
  let running: Promise<unknown> = Promise.resolve();
  const guarded = async (work: () => Promise<void>): Promise<void> => {
    try {
      if (signal.aborted) throw signal.reason;
      if (ended.has(uploadOf(handle.part))) throw lostUpload("the upload is over");
      const call = work();
      running = call.catch(() => {});
      await call;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      state.failed ??= toUploadError(error, "write");
      throw state.failed;
    }
  };
  return {
    idle: () => running,
    get written() {
      return state.written;
    },
    get token() {
      return state.identity ?? noFile;
    },
    get failed() {
      return state.failed;
    },
    put: (batch, at) =>
      guarded(async () => {
        const end = at + lengthOf(batch);
        if (limit !== null && end > limit) throw sizeMismatch(chunk, limit, end);
        await descriptors.use(handle, key, calls, async ({ descriptor, identity }) => {
          state.identity ??= identity;
          if (!isSameFile(state.identity, identity)) throw lostUpload("the part file was replaced");
          await writeAll(calls, descriptor, batch, chunk.offset + at);
        });
        state.written = end;
      }),
    checkLength: () => {
      if (size !== null && state.written < size) throw truncated(size, state.written);
    },
    flush: async () => {
      if (state.written === 0 || settings.durability !== "disk") return;
      await guarded(() => descriptors.use(handle, key, calls, async ({ descriptor }) => calls.flush(descriptor)));
    },
  };
}

async function writeAll(
  calls: FileCalls,
  descriptor: number,
  batch: readonly Uint8Array[],
  offset: number,
): Promise<void> {
  let rest = batch;
  for (let at = offset; rest.length > 0;) {
    const written = await calls.writev(descriptor, rest, at);
    if (written === 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
    at += written;
    rest = without(rest, written);
  }
}

/** The pieces that are left when so many bytes are taken off the front. */
function without(pieces: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let skip = bytes;
  let index = 0;
  for (const piece of pieces) {
    if (piece.byteLength > skip) break;
    skip -= piece.byteLength;
    index++;
  }
  const [first, ...others] = pieces.slice(index);
  if (first === undefined) return [];
  return skip === 0 ? [first, ...others] : [first.subarray(skip), ...others];
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  let length = 0;
  for (const piece of pieces) length += piece.byteLength;
  return length;
}

/** A body may never yield again, so nobody waits for it after the signal; what it yields later is dropped. */
async function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let stop: (() => void) | undefined;
  // One signal may stand for all requests of a server, which is no leak.
  setMaxListeners(0, signal);
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}

function refuseImpossible({ size }: UploadTarget, chunk: Chunk): void {
  if (chunk.checksum !== undefined) {
    const { algorithm } = chunk.checksum;
    throw new UploadError("UNSUPPORTED", `${algorithm} is not verified by this driver`, {
      driver: driverName,
      capability: `checksums.${algorithm}`,
    });
  }
  const end = chunk.offset + (chunk.body.size ?? 0);
  if (size === null || end <= size) return;
  throw new UploadError("OFFSET_MISMATCH", `chunk ends at ${end} of ${size} bytes`, {
    expected: size,
    actual: end,
  });
}

function sizeMismatch({ offset }: Chunk, expected: number, actual: number): UploadError<"CHUNK_SIZE_MISMATCH"> {
  return new UploadError("CHUNK_SIZE_MISMATCH", `chunk at ${offset}: got ${actual} of ${expected} bytes`, {
    offset,
    expected,
    actual,
  });
}

function truncated(expected: number, actual: number): UploadError<"BODY_TRUNCATED"> {
  return new UploadError(
    "BODY_TRUNCATED",
    `got ${actual} of ${expected} bytes`,
    { expected, actual },
    { retry: "same" },
  );
}
