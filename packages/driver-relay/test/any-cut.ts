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
import { memoryStore } from "@stowage/core/memory";
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

const owner = { owner: "ada", groups: [] };
const limits = { patienceMs: 5_000, leaseMs: 30_000, sweepEveryMs: 0, pingEveryMs: 0 };

/** How an upload is to end. */
export type Ending = "complete" | "abort" | "expire";

/** Sends a file through an engine over the driver, as the cut says. Resolves with the object's key, which is `null` where there is none. */
export async function sendThrough(driver: StorageDriver, cut: Cut, ending: Ending): Promise<string | null> {
  let ahead = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + ahead };
  const engine = createEngine({
    store: memoryStore(),
    policies: [{ id: "relayed", driver, chunks: { parallel: 4 }, accept: { maxSize: 2 ** 40 } }],
    runtime: nodeRuntime({ clock }),
    timing: { ...limits, stride: 100_000 },
  });
  const uploads = engine.as(owner);
  const content = contentOf(cut.size);
  const sizeIsLate = cut.sizeIsLate && driver.capabilities.deferredSize === true;
  const { id } = await uploads.create({
    policyId: "relayed",
    protocol: "test",
    path: null,
    size: sizeIsLate ? null : cut.size,
    framing: "free",
    completion: "explicit",
  });
  await sendAll(uploads, id, cut, content);
  if (ending === "complete") {
    if (sizeIsLate) await uploads.declareSize(id, cut.size);
    const object = await uploads.complete(id);
    if (object.size !== cut.size) throw new Error(`${object.size} of ${cut.size} bytes`);
    return object.key;
  }
  if (ending === "abort") await uploads.abort(id);
  ahead = ending === "expire" ? 8 * 24 * 3_600_000 : 0;
  const { failed } = await engine.sweep();
  if (failed > 0) throw new Error("the sweep failed");
  return null;
}

async function sendAll(uploads: Uploads, id: string, cut: Cut, content: Uint8Array): Promise<void> {
  const waiting = [...cut.sendings];
  const worker = async (): Promise<void> => {
    for (let sending = waiting.shift(); sending !== undefined; sending = waiting.shift()) {
      const { start, end, breaksAt } = sending;
      try {
        await uploads.write(id, { offset: start }, bodyOf(content.subarray(start, end), sending));
      } catch (error) {
        const mayCome = isUploadError(error) && ["INTERRUPTED", "SUPERSEDED", "RANGE_OVERLAP"].includes(error.code);
        if (!mayCome || (breaksAt === null && error.code === "INTERRUPTED")) throw error;
        // Without a length it claims all that follows, which others have.
        waiting.push({ ...sending, breaksAt: null, unsized: false });
      }
    }
  };
  await Promise.all(Array.from({ length: cut.writers }, worker));
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
