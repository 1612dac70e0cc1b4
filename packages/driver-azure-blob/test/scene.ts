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
import type { AzureServer } from "@stowage/servers";
import { azureBlob, type AzureBlobOptions } from "../src/index.js";
import { optionsFor } from "./azure-fixture.js";

/** A call that nobody cancels. */
export const calm: CallOptions = { signal: new AbortController().signal };

/** Bytes of a chunk. */
export const chunkSize = 4096;

/** Node's runtime with room for bodies and short waits. */
export function testRuntime(overrides: Partial<Runtime> = {}): Runtime {
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  return nodeRuntime({ clock, memory: byteBudget(64 * 1024 * 1024), ...overrides });
}

/** A driver on a server. */
export function driverOn(
  server: AzureServer,
  options: Partial<AzureBlobOptions> = {},
  runtime = testRuntime(),
): StorageDriver {
  return azureBlob(optionsFor(server, options), runtime);
}

const { floor } = Math;

/** Bytes that differ from place to place. */
export function bytesOf(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = at * 31 + floor(at / 251) * 7 + seed;
  return bytes;
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

/** Begins an upload of so many bytes; of a large one only the beginning is made. */
export async function begin(driver: StorageDriver, size: number, changes: Partial<UploadTarget> = {}): Promise<Upload> {
  const plan = planChunks(size, chunkSize, driver.capabilities.part);
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
  const content = bytesOf(Math.min(size, 64 * 1024 * 1024));
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
