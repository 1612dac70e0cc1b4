import { randomUUID } from "node:crypto";
import {
  type ByteSource,
  byteBudget,
  type CallOptions,
  type ChunkSink,
  chunkAt,
  fromBytes,
  fromStream,
  type Json,
  planChunks,
  type Receipt,
  type Runtime,
  type StorageDriver,
  type UploadTarget,
} from "@stowage/core";
import { nodeRuntime } from "@stowage/core/node";
import type { S3Server } from "@stowage/servers";
import { s3, type S3Options } from "../src/index.js";
import { optionsFor } from "./store-fixture.js";

/** A call that nobody cancels. */
export const calm: CallOptions = { signal: new AbortController().signal };

/** Parts this large, which the test's simulator takes. */
export const partSize = 4096;

/** Node's runtime with room for bodies and short waits. */
export function testRuntime(overrides: Partial<Runtime> = {}): Runtime {
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  return nodeRuntime({ clock, memory: byteBudget(64 * 1024 * 1024), ...overrides });
}

/** A driver whose parts have `partSize`, on a server in path style. */
export function driverOn(server: S3Server, options: Partial<S3Options> = {}, runtime = testRuntime()): StorageDriver {
  return s3(optionsFor(server, { preset: "aws", part: { minSize: partSize, maxSize: partSize }, ...options }), runtime);
}

/** Bytes that differ from place to place. */
export function bytesOf(size: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (at * 31 + Math.floor(at / 251) * 7 + seed) % 256);
}

/** A body that comes once, in two pieces. */
export function onceOnly(bytes: Uint8Array): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    const middle = Math.floor(bytes.byteLength / 2);
    yield bytes.subarray(0, middle);
    yield bytes.subarray(middle);
  }
  return fromStream(stream(), bytes.byteLength);
}

/** An open upload of planned chunks. */
export interface Upload {
  readonly target: UploadTarget;
  readonly handle: Json;
  readonly sink: ChunkSink;
  readonly content: Uint8Array;
  write(index: number, body?: ByteSource): Promise<Receipt>;
  writeAll(): Promise<Receipt[]>;
}

/** Begins an upload of so many bytes. */
export async function begin(driver: StorageDriver, size: number, changes: Partial<UploadTarget> = {}): Promise<Upload> {
  const plan = planChunks(size, partSize, driver.capabilities.part);
  const target: UploadTarget = {
    sessionId: randomUUID(),
    key: randomUUID(),
    size,
    plan,
    contentType: "text/plain",
    metadata: {},
    expiresAt: Date.now() + 3_600_000,
    ...changes,
  };
  const content = bytesOf(size);
  const handle = await driver.begin(target, calm);
  const sink = driver.sink(handle, target);
  const write = (index: number, body?: ByteSource): Promise<Receipt> => {
    const { start, end } = chunkAt(plan, index);
    const chunk = { offset: start, index, isLast: end === size, whole: true, attempt: randomUUID() };
    return sink.write({ ...chunk, body: body ?? fromBytes(content.subarray(start, end)) }, calm);
  };
  return {
    target,
    handle,
    sink,
    content,
    write,
    writeAll: async () => {
      const receipts: Receipt[] = [];
      for (let index = 0; index < plan.count; index++) receipts.push(await write(index));
      return receipts;
    },
  };
}

/** What a rejected promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<{
  readonly code: string;
  readonly retry: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}> {
  try {
    await promise;
  } catch (error) {
    return error as Awaited<ReturnType<typeof failureOf>>;
  }
  throw new Error("it did not fail");
}
