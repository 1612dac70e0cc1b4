import { bytes, fromBytes, fromStream } from "./body.js";
import type { ByteSource } from "./bytes.js";
import type { Receipt, StorageDriver } from "./driver.js";
import type { StoredObject, UploadTarget } from "./target.js";
import { UploadError } from "./errors.js";
import { chunkAt, planChunks } from "./plan-chunks.js";
import type { CallOptions } from "./runtime.js";

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
 * One object through one driver, without sessions: plan, chunks in parallel, complete; abort on failure.
 * Holds at most four chunks of 8 MiB (or of the driver's least part size) in memory.
 *
 * @throws {UploadError} `LENGTH_REQUIRED`, `PLAN_IMPOSSIBLE`, `OBJECT_EXISTS`, `BODY_TRUNCATED`, `BACKEND_*`
 */
export async function put(
  driver: StorageDriver,
  object: PutObject,
  options: Partial<CallOptions> = {},
): Promise<StoredObject> {
  const target = targetOf(driver, object);
  const signal = options.signal ?? new AbortController().signal;
  const handle = await driver.begin(target, { signal });
  const sink = driver.sink(handle, target);
  try {
    const receipts = await writeAll({ driver, target, body: object.body, signal, write: sink.write.bind(sink) });
    return await sink.complete(receipts, { signal });
  } catch (error) {
    await driver.abort(handle, target, { signal: new AbortController().signal }).catch(() => {});
    throw error;
  }
}

function targetOf(driver: StorageDriver, object: PutObject): UploadTarget {
  const { size } = object.body;
  if (size === null) throw new UploadError("LENGTH_REQUIRED", "put needs a body of known size", { offset: 0 });
  return {
    sessionId: crypto.randomUUID(),
    key: object.key,
    size,
    plan: planChunks(size, chunkWish, driver.capabilities.part),
    contentType: object.contentType ?? "application/octet-stream",
    metadata: object.metadata ?? {},
    expiresAt: Date.now() + lifeMs,
  };
}

interface Job {
  readonly driver: StorageDriver;
  readonly target: UploadTarget;
  readonly body: ByteSource;
  readonly signal: AbortSignal;
  readonly write: (
    chunk: Parameters<ReturnType<StorageDriver["sink"]>["write"]>[0],
    options: CallOptions,
  ) => Promise<Receipt>;
}

async function writeAll(job: Job): Promise<readonly Receipt[]> {
  const { plan } = job.target;
  if (job.target.size === 0) return [];
  if (plan === null || plan.count === 1) return [await writeChunk(job, 0, job.body)];
  const { ordering } = job.driver.capabilities;
  const parallel = ordering.kind === "sequential" ? 1 : Math.min(ordering.maxParallel, mostParallel);
  const pieces = splitter(job.body);
  const receipts: Receipt[] = [];
  let next = 0;
  // The body is one stream, so chunks are read one after the other and sent side by side.
  let reading: Promise<unknown> = Promise.resolve();
  const worker = async (): Promise<void> => {
    while (next < plan.count) {
      const index = next++;
      const { start, end } = chunkAt(plan, index);
      const read = reading.then(() => bytes(fromStream(pieces(end - start), end - start), end - start));
      reading = read;
      receipts[index] = await writeChunk(job, index, fromBytes(await read));
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: parallel }, worker));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return receipts;
}

async function writeChunk(job: Job, index: number, body: ByteSource): Promise<Receipt> {
  const { plan } = job.target;
  const { start: offset } = plan === null ? { start: 0 } : chunkAt(plan, index);
  const isLast = plan === null || index === plan.count - 1;
  const receipt = await job.write(
    { offset, index, isLast, whole: true, attempt: crypto.randomUUID(), body },
    { signal: job.signal },
  );
  const expected = plan === null ? body.size : chunkAt(plan, index).end - offset;
  if (receipt.size === expected) return receipt;
  throw new UploadError("BODY_TRUNCATED", `got ${receipt.size} of ${expected} bytes`, {
    expected: expected ?? 0,
    actual: receipt.size,
  });
}

/** Takes exact numbers of bytes off one stream, one after the other. */
function splitter(body: ByteSource): (length: number) => AsyncIterable<Uint8Array> {
  const iterator = body.stream()[Symbol.asyncIterator]();
  let rest: Uint8Array | null = null;
  return async function* take(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0;) {
      const piece: Uint8Array | null = rest ?? ((await iterator.next()).value as Uint8Array | undefined) ?? null;
      if (piece === null) return;
      rest = piece.byteLength > left ? piece.subarray(left) : null;
      left -= Math.min(left, piece.byteLength);
      yield rest === null ? piece : piece.subarray(0, piece.byteLength - rest.byteLength);
    }
  };
}
