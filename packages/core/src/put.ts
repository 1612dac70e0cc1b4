import { fromBytes } from "./body.js";
import type { ByteSource } from "./bytes.js";
import type { ChunkSink, Receipt, StorageDriver } from "./driver.js";
import type { StoredObject, UploadTarget } from "./target.js";
import { UploadError } from "./errors.js";
import { chunkAt, planChunks } from "./plan-chunks.js";
import type { ChunkPlan } from "./plan.js";
import type { CallOptions } from "./runtime.js";
import { type SplitBody, splitBody } from "./split-body.js";

const chunkWish = 8 * 1024 * 1024;
const mostParallel = 4;
const lifeMs = 24 * 3600 * 1000;

/** What `put` stores. `body.size` must be known. */
export interface PutObject {
  /** Must be new: no driver overwrites. */
  readonly key: string;
  readonly body: ByteSource;
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * One object through one driver, without sessions: plan, chunks in parallel, complete; abort on failure. The first chunk
 * that fails stops the others and lets the sender of the body go. Holds at most four chunks of 8 MiB (or of the driver's
 * least part size) in memory.
 *
 * @throws {UploadError} `LENGTH_REQUIRED`, `PLAN_IMPOSSIBLE`, `OBJECT_EXISTS`, `BODY_TRUNCATED`, `CHUNK_SIZE_MISMATCH`,
 * `BACKEND_*`
 */
export async function put(
  driver: StorageDriver,
  object: PutObject,
  options: Partial<CallOptions> = {},
): Promise<StoredObject> {
  const plan = planOf(driver, object.body);
  const target = targetOf(object, plan);
  const signal = options.signal ?? new AbortController().signal;
  const handle = await driver.begin(target, { signal });
  const sink = driver.sink(handle, target);
  try {
    const receipts = await writeAll({ driver, plan, body: object.body, signal, write: sink.write.bind(sink) });
    return await sink.complete(receipts, { signal });
  } catch (error) {
    await driver.abort(handle, target, { signal: new AbortController().signal }).catch(() => {});
    throw error;
  }
}

function planOf({ capabilities }: StorageDriver, { size }: ByteSource): ChunkPlan {
  if (size === null) throw new UploadError("LENGTH_REQUIRED", "put needs a body of known size", { offset: 0 });
  return planChunks(size, chunkWish, capabilities.part);
}

function targetOf(object: PutObject, plan: ChunkPlan): UploadTarget {
  return {
    sessionId: crypto.randomUUID(),
    key: object.key,
    size: plan.size,
    plan,
    contentType: object.contentType ?? "application/octet-stream",
    metadata: object.metadata ?? {},
    expiresAt: Date.now() + lifeMs,
  };
}

interface Job {
  readonly driver: StorageDriver;
  readonly plan: ChunkPlan;
  readonly body: ByteSource;
  readonly signal: AbortSignal;
  readonly write: ChunkSink["write"];
}

async function writeAll(job: Job): Promise<readonly Receipt[]> {
  const { plan, body } = job;
  if (plan.count === 1 && plan.size > 0) return [await writeChunk(job, 0, body)];
  const pieces = splitBody(body);
  try {
    if (plan.size > 0) return await writeChunks(job, pieces);
    await pieces.end();
    return [];
  } finally {
    await pieces.release();
  }
}

/** The first chunk that fails stops all others; what is thrown is its error. */
async function writeChunks(job: Job, pieces: SplitBody): Promise<readonly Receipt[]> {
  const { plan } = job;
  const { ordering } = job.driver.capabilities;
  const parallel = ordering.kind === "sequential" ? 1 : Math.min(ordering.maxParallel, mostParallel);
  const failed = new AbortController();
  const signal = AbortSignal.any([job.signal, failed.signal]);
  const receipts: Receipt[] = [];
  let next = 0;
  // The body is one stream, so chunks are read one after the other and sent side by side.
  let reading: Promise<unknown> = Promise.resolve();
  const read = async (index: number): Promise<Uint8Array> => {
    signal.throwIfAborted();
    const { start, end } = chunkAt(plan, index);
    const piece = await pieces.take(end - start);
    if (index === plan.count - 1) await pieces.end();
    return piece;
  };
  const worker = async (): Promise<void> => {
    while (next < plan.count && !signal.aborted) {
      const index = next++;
      const piece = reading.then(() => read(index));
      reading = piece;
      receipts[index] = await writeChunk({ ...job, signal }, index, fromBytes(await orAborted(piece, signal)));
    }
  };
  const workers = Array.from({ length: parallel }, () => worker().catch((error: unknown) => failed.abort(error)));
  await Promise.all(workers);
  signal.throwIfAborted();
  return receipts;
}

async function writeChunk({ plan, write, signal }: Job, index: number, body: ByteSource): Promise<Receipt> {
  const { start: offset, end } = chunkAt(plan, index);
  const isLast = index === plan.count - 1;
  const receipt = await write({ offset, index, isLast, whole: true, attempt: crypto.randomUUID(), body }, { signal });
  const expected = end - offset;
  if (receipt.size === expected) return receipt;
  const actual = receipt.size;
  throw new UploadError("BODY_TRUNCATED", `got ${actual} of ${expected} bytes`, { expected, actual });
}

/** A sender may never yield again, so nobody waits for it after the signal. */
function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
    if (signal.aborted) stop();
  });
}
