import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  byteBudget,
  type ByteSource,
  type Chunk,
  fromBytes,
  type Json,
  type Receipt,
  type Runtime,
  type StorageDriver,
  type UploadTarget,
} from "@stowage/core";
import { local, type LocalOptions } from "../src/index.js";

export const never = { signal: new AbortController().signal };

/** A driver over a new root. */
export interface Scene {
  readonly root: string;
  readonly driver: StorageDriver;
  /** Another instance over the same root, as after a restart. */
  another(options?: Partial<LocalOptions>, runtime?: Partial<Runtime>): StorageDriver;
  /** Every file and symbolic link below the root, by relative path. */
  files(): Promise<readonly string[]>;
  end(): Promise<void>;
}

export async function scene(options: Partial<LocalOptions> = {}, runtime: Partial<Runtime> = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), "stowage-local-"));
  const root = join(folder, "root");
  const made: StorageDriver[] = [];
  const another: Scene["another"] = (others = {}, injected = {}) => {
    const driver = local({ root, ...options, ...others }, { memory: byteBudget(8 << 20), ...runtime, ...injected });
    made.push(driver);
    return driver;
  };
  return {
    root,
    driver: another(),
    another,
    files: async () => {
      const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        .toSorted();
    },
    end: async () => {
      for (const driver of made) await driver.close?.();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

let uploads = 0;

export function targetOf(size: number | null, key = `objects-of/test/${uploads}`): UploadTarget {
  uploads++;
  return {
    sessionId: `session-${uploads}`,
    key,
    size,
    plan: null,
    contentType: "application/octet-stream",
    metadata: {},
    expiresAt: Date.now() + 3_600_000,
  };
}

export function chunkOf(offset: number, body: ByteSource | Uint8Array | string, whole = true): Chunk {
  const source = typeof body === "string" ? fromBytes(Buffer.from(body)) : body;
  return {
    offset,
    index: null,
    isLast: false,
    whole,
    attempt: crypto.randomUUID(),
    body: "stream" in source ? source : fromBytes(source),
  };
}

/** An upload with one chunk written at each offset given. */
export async function begun(
  driver: StorageDriver,
  target: UploadTarget,
  chunks: readonly (readonly [offset: number, text: string])[],
): Promise<{ readonly handle: Json; readonly receipts: Receipt[] }> {
  const handle = await driver.begin(target, never);
  const sink = driver.sink(handle, target);
  const receipts: Receipt[] = [];
  for (const [offset, text] of chunks) receipts.push(await sink.write(chunkOf(offset, text), never));
  return { handle, receipts };
}

/** Bytes with a period of a prime, so that a piece in the wrong place shows. */
export function patterned(size: number, seed = 1): Buffer {
  const period = Buffer.alloc(65_521);
  let state = seed;
  for (let at = 0; at < period.length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    period[at] = state >>> 24;
  }
  return Buffer.alloc(size, period);
}
