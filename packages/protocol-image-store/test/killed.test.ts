import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guid } from "./site.js";
import { startStore } from "./start-store.js";
import type { RunningStore } from "./start-store.js";

const MiB = 1024 * 1024;
const chunk = 4 * MiB;
const parallel = 8;
const isExtended = process.env["STOWAGE_EXTENDED"] === "1";
const size = isExtended ? 1024 * MiB : 64 * MiB;

let root = "";
let store: RunningStore;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "stowage-killed-"));
  store = await startStore(root);
});
afterEach(async () => {
  await store.kill();
  await rm(root, { recursive: true });
});

/** Bytes of the file from `start`, made anew each time: a gibibyte is not kept. */
function bytesOf(start: number, end: number): Buffer {
  const made = Buffer.alloc(end - start);
  for (let at = 0; at < made.length; at += 8) made.writeDoubleLE((start + at) * 1.000001, at);
  return made;
}

async function missing(id: string): Promise<number[]> {
  const reply = await fetch(`${store.url}/ImageStore/$/GetUploadSession?api-version=6.0&session-id=${id}`);
  const { UploadSessions } = (await reply.json()) as {
    UploadSessions: { ExpectedRanges: { StartPosition: string; EndPosition: string }[] }[];
  };
  const chunks = new Set<number>();
  for (const { StartPosition, EndPosition } of UploadSessions[0]?.ExpectedRanges ?? []) {
    const last = Math.floor(Number(EndPosition) / chunk);
    for (let index = Math.floor(Number(StartPosition) / chunk); index <= last; index += 1) chunks.add(index);
  }
  return [...chunks];
}

/** Sends chunks side by side; a line that breaks ends it. */
async function send(id: string, indices: readonly number[], onAcknowledged: (index: number) => void): Promise<void> {
  const waiting = [...indices];
  const at = `${store.url}/ImageStore/big.bin/$/UploadChunk?api-version=6.0&session-id=${id}`;
  const worker = async (): Promise<void> => {
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      const [start, end] = [index * chunk, Math.min((index + 1) * chunk, size)];
      const headers = { "content-range": `bytes ${start}-${end - 1}/${size}` };
      const reply = await fetch(at, { method: "PUT", headers, body: bytesOf(start, end) }).catch(() => null);
      if (reply === null) {
        waiting.length = 0;
        return;
      }
      if (reply.status !== 200) throw new Error(`chunk ${index}: ${reply.status} ${await reply.text()}`);
      onAcknowledged(index);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

function shuffled(indices: readonly number[]): number[] {
  return indices
    .map((index) => ({ index, key: Math.random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ index }) => index);
}

test(`${isExtended ? "1 GiB" : "64 MiB (1 GiB with STOWAGE_EXTENDED=1)"} in random order, killed twice: resumed from what is expected, and equal`, async () => {
  const id = guid(0xdead);
  const count = Math.ceil(size / chunk);
  const all = Array.from({ length: count }, (_, index) => index);
  const acknowledged = new Set<number>();
  let left: readonly number[] = all;
  for (const killAfter of [Math.floor(count / 4), Math.floor(count / 2), Infinity]) {
    const kills: Promise<void>[] = [];
    await send(id, shuffled(left), (index) => {
      acknowledged.add(index);
      if (acknowledged.size >= killAfter && kills.length === 0) kills.push(store.kill());
    });
    if (killAfter === Infinity) break;
    expect(kills).toHaveLength(1);
    await Promise.all(kills);
    store = await startStore(root);
    left = await missing(id);
    // What was acknowledged before the kill is not asked for again.
    expect(left.filter((index) => acknowledged.has(index))).toEqual([]);
    expect(left.length).toBeGreaterThan(0);
  }
  expect(await missing(id)).toEqual([]);
  const commit = `${store.url}/ImageStore/$/CommitUploadSession?api-version=6.0&session-id=${id}`;
  expect((await fetch(commit, { method: "POST" })).status).toBe(200);
  const sent = createHash("sha256");
  for (let start = 0; start < size; start += chunk) sent.update(bytesOf(start, Math.min(start + chunk, size)));
  const reply = await fetch(`${store.url}/uploads/files/content?path=/big.bin`);
  const got = createHash("sha256");
  for await (const piece of reply.body ?? []) got.update(piece);
  expect(got.digest("hex")).toBe(sent.digest("hex"));
}, 600_000);
