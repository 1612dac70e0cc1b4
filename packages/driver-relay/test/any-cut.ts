import * as fc from "fast-check";
import {
  type ByteSource,
  fromStream,
  isUploadError,
  type StorageDriver,
  systemClock,
  type Uploads,
} from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import { memoryData, memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";

/** One request of a client. */
export interface Sending {
  readonly start: number;
  readonly end: number;
  /** The line breaks after so many bytes; `null`: it holds. */
  readonly breaksAt: number | null;
  /** The sender does not tell the length. */
  readonly unsized: boolean;
}

/** A file, and how a client sends it. */
export interface Cut {
  readonly size: number;
  /** The size is told when all is sent. */
  readonly sizeIsLate: boolean;
  readonly sendings: readonly Sending[];
  readonly writers: number;
}

/** Any cut of a file of up to `most` bytes into ranges of 1 byte to `mostRange`, in any order, with duplicates. */
export function anyCut(most: number, mostRange: number): fc.Arbitrary<Cut> {
  const length = fc.oneof(
    fc.integer({ min: 1, max: mostRange }),
    fc.integer({ min: 1, max: Math.ceil(mostRange / 50) }),
  );
  const flags = fc.record({
    breaksAt: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 3 }),
    unsized: fc.boolean(),
    twice: fc.boolean(),
    rank: fc.nat(),
  });
  return fc
    .record({
      lengths: fc.array(fc.record({ length, flags }), { minLength: 1, maxLength: 40 }),
      sizeIsLate: fc.boolean(),
      writers: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ lengths, ...cut }) => {
      const ranked: (Sending & { readonly rank: number })[] = [];
      let start = 0;
      for (const each of lengths) {
        const end = Math.min(start + each.length, most);
        if (end === start) break;
        const { breaksAt, unsized, twice, rank } = each.flags;
        const broken = breaksAt === null ? null : Math.floor(breaksAt * (end - start));
        ranked.push({ start, end, breaksAt: broken, unsized, rank });
        if (twice) ranked.push({ start, end, breaksAt: null, unsized: !unsized, rank: (rank * 7_919) % 1_000_003 });
        start = end;
      }
      const sendings = ranked
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ start: from, end, breaksAt, unsized }) => ({ start: from, end, breaksAt, unsized }));
      return { ...cut, size: start, sendings };
    });
}

/** Bytes that tell places apart. */
export function contentOf(size: number): Uint8Array {
  const content = new Uint8Array(size);
  for (let at = 0; at < size; at++) content[at] = (at * 31 + Math.floor(at / 251) * 7) % 256;
  return content;
}

const week = 8 * 24 * 3_600_000;
const owner = { owner: "ada", groups: [] };

/** How an upload is to end. */
export type Ending = "complete" | "abort" | "expire";

/** What goes on around an upload. */
export interface Surroundings {
  /** One for each process; they share a store, and take turns. */
  readonly drivers: readonly StorageDriver[];
  /** How long a newcomer waits for a writer before it is evicted. Milliseconds. */
  readonly patienceMs?: number;
  /** Most bytes of a body in one write. */
  readonly stride?: number;
}

/** Sends a file through engines over the drivers, as the cut says. Resolves with the object's key, which is `null` where there is none. */
export async function sendThrough(
  { drivers, patienceMs = 5_000, stride = 100_000 }: Surroundings,
  cut: Cut,
  ending: Ending,
): Promise<string | null> {
  let ahead = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + ahead };
  const data = memoryData();
  const engines = drivers.map((driver) =>
    createEngine({
      store: memoryStore({ data }),
      policies: [{ id: "relayed", driver, chunks: { parallel: 4 } }],
      runtime: nodeRuntime({ clock }),
      timing: { patienceMs, leaseMs: 30_000, sweepEveryMs: 0, pingEveryMs: 0, stride },
    }),
  );
  const uploads = engines.map((engine) => engine.as(owner));
  const [one] = uploads;
  if (one === undefined) throw new TypeError("no driver");
  const content = contentOf(cut.size);
  const sizeIsLate = cut.sizeIsLate && drivers.every(({ capabilities }) => capabilities.deferredSize === true);
  const { id } = await one.create({
    policyId: "relayed",
    protocol: "test",
    path: null,
    size: sizeIsLate ? null : cut.size,
    framing: "free",
    completion: "explicit",
  });
  await sendAll(uploads, id, cut, content);
  if (ending === "complete") {
    if (sizeIsLate) await one.declareSize(id, cut.size);
    const [object] = await Promise.all(uploads.map((each) => each.complete(id)));
    if (object?.size !== cut.size) throw new Error(`${object?.size} of ${cut.size} bytes`);
    return object.key;
  }
  if (ending === "abort") await one.abort(id);
  // What another process still sent while this one gave the upload up goes with the tombstone.
  for (const weeks of [1, 3]) {
    ahead = weeks * week;
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const engine of engines) {
      const { failed } = await engine.sweep();
      if (failed > 0) throw new Error("the sweep failed");
    }
  }
  return null;
}

/** What an honest client meets who sends in parallel, twice, and over a line that breaks. */
const passing: readonly string[] = ["INTERRUPTED", "SUPERSEDED", "RANGE_OVERLAP", "SESSION_BUSY"];

async function sendAll(uploads: readonly Uploads[], id: string, cut: Cut, content: Uint8Array): Promise<void> {
  const waiting = [...cut.sendings];
  const worker = async (through: Uploads | undefined): Promise<void> => {
    for (let sending = waiting.shift(); sending !== undefined; sending = waiting.shift()) {
      const { start, end, breaksAt } = sending;
      try {
        await through?.write(id, { offset: start }, bodyOf(content.subarray(start, end), sending));
      } catch (error) {
        if (!isUploadError(error) || !passing.includes(error.code)) throw error;
        if (breaksAt === null && error.code === "INTERRUPTED") throw error;
        // Without a length it claims all that follows, which others have.
        waiting.push({ ...sending, breaksAt: null, unsized: false });
      }
    }
  };
  await Promise.all(Array.from({ length: cut.writers }, (_, index) => worker(uploads[index % uploads.length])));
}

function bodyOf(bytes: Uint8Array, { breaksAt, unsized }: Sending): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    const step = Math.max(1, Math.ceil(bytes.byteLength / 7));
    for (let at = 0; at < bytes.byteLength; at += step) {
      await new Promise((resolve) => setImmediate(resolve));
      const end = Math.min(at + step, bytes.byteLength);
      if (breaksAt === null || breaksAt >= end) {
        yield bytes.slice(at, end);
        continue;
      }
      if (breaksAt > at) yield bytes.slice(at, breaksAt);
      throw new Error("connection reset");
    }
  }
  return fromStream(stream(), unsized ? null : bytes.byteLength);
}
