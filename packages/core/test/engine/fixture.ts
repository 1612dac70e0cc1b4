import {
  type ByteSource,
  fromBytes,
  fromStream,
  type StorageDriver,
  type UploadError,
  type UploadEvent,
  type Uploads,
  type Files,
} from "../../src/index.js";
import { createEngine, type EngineOptions, type PolicyOptions } from "../../src/engine/index.js";
import { memoryDriver, memoryStore } from "../../src/memory/index.js";
import type { Engine } from "../../src/uploads.js";

export const KiB = 1024;
export const alice = { owner: "alice", groups: ["staff"] };
export const bob = { owner: "bob", groups: [] };

/** Short waits, so that evictions do not slow the tests down; no sweep but the ones a test asks for. */
const timing = { patienceMs: 60, leaseMs: 3_000, joinMs: 500, sweepEveryMs: 0, rescueMs: 50 };

export interface Rig {
  readonly engine: Engine;
  readonly uploads: Uploads & Files;
  readonly events: UploadEvent[];
  readonly store: EngineOptions["store"];
  readonly driver: StorageDriver;
}

export interface RigOptions extends Partial<Omit<EngineOptions, "policies" | "store">> {
  readonly policy?: Partial<PolicyOptions>;
  readonly policies?: EngineOptions["policies"];
  readonly store?: EngineOptions["store"];
  readonly driver?: StorageDriver;
}

/** An engine over memory: policy `disk` with chunks of 4 KiB, four in parallel. */
export function rig(options: RigOptions = {}): Rig {
  const { policy, policies, store = memoryStore(), driver = memoryDriver({}), ...rest } = options;
  const events: UploadEvent[] = [];
  const engine = createEngine({
    store,
    policies: policies ?? [{ id: "disk", driver, chunks: { size: 4 * KiB, parallel: 4 }, ...policy }],
    onEvent: (event) => events.push(event),
    ...rest,
    timing: { ...timing, ...rest.timing },
  });
  return { engine, uploads: engine.as(alice), events, store, driver };
}

/** Bytes that differ everywhere, and for each seed. */
export function pattern(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed * 2_654_435_761;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** A planned upload that completes with its last byte. */
export const planned = (size: number, path = "/a.bin") =>
  ({ policyId: null, protocol: "test", path, size, framing: "planned", completion: "when-full" }) as const;

/** An upload whose client cuts as it likes, and says when it is done. */
export const free = (size: number | null, path: string | null = "/a.bin") =>
  ({ policyId: null, protocol: "test", path, size, framing: "free", completion: "explicit" }) as const;

/** The error that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<UploadError> {
  return promise.then(
    (value) => {
      throw new Error(`resolved: ${JSON.stringify(value)}`);
    },
    (error: unknown) => error as UploadError,
  );
}

export async function readAll(source: ByteSource): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source.stream()) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A body that yields some bytes and then waits for ever, until it is cut. */
export function hanging(bytes: Uint8Array, size: number | null): ByteSource & { readonly started: Promise<void> } {
  let start = (): void => {};
  const started = new Promise<void>((resolve) => (start = resolve));
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield bytes;
    start();
    await new Promise(() => {});
  }
  return { ...fromStream(stream(), size), started };
}

/** A body whose sender breaks off. */
export function breaking(bytes: Uint8Array, size: number | null): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield bytes;
    throw new Error("connection reset");
  }
  return fromStream(stream(), size);
}

/** A body in pieces of `step` bytes, of unknown length where asked. */
export function pieces(bytes: Uint8Array, step: number, known = true): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
  }
  return fromStream(stream(), known ? bytes.length : null);
}

export const whole = fromBytes;
