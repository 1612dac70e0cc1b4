import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceFabricClient } from "azure-servicefabric";
import { download } from "./cloudreve-client.js";
import { gatewayProcess, killAll } from "./gateway-process.js";
import type { GatewayProcess } from "./gateway-process.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-fabric-"));
});
afterEach(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

const start = (): GatewayProcess => gatewayProcess(["--port", "0", "--data", join(folder, "data")]);

interface Fabric {
  readonly client: ServiceFabricClient;
  /** What the next calls send: the client as published sends no bytes. */
  readonly give: (body: Buffer | null) => void;
}

type Send = (request: object, next: unknown, done: unknown) => unknown;

function fabricClient(url: string): Fabric {
  let body: Buffer | null = null;
  const giveBody: Send = (request, next, done) => {
    if (body !== null) Object.assign(request, { body });
    return (next as (request: object, done: unknown) => unknown)(request, done);
  };
  const client = new ServiceFabricClient(url, { filters: [giveBody as never], noRetryPolicy: true });
  return { client, give: (next) => void (body = next) };
}

async function refusal(call: Promise<unknown>): Promise<readonly [status: number, code: string]> {
  const error = (await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )) as { statusCode: number; body?: { error?: { code?: string } } } | null;
  return [error?.statusCode ?? 200, error?.body?.error?.code ?? ""];
}

const guid = (number: number): string => `1c3bd5c8-0000-4000-8000-${String(number).padStart(12, "0")}`;
const path = "App/Code dir/a.bin";

test("the published client drives every call of a gateway without a configuration", async () => {
  const url = await start().ready;
  const { client, give } = fabricClient(url);
  const whole = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919) & 255));
  const send = async (id: string, from: number, to: number): Promise<void> => {
    give(whole.subarray(from, to));
    await client.uploadFileChunk(path, id, `bytes ${from}-${to - 1}/${whole.length}`);
    give(null);
  };
  await send(guid(1), 300, 5001);
  const described = {
    storeRelativePath: "App\\Code dir\\a.bin",
    sessionId: guid(1),
    fileSize: "20000",
    modifiedDate: expect.any(Object),
    expectedRanges: [
      { startPosition: "0", endPosition: "299" },
      { startPosition: "5001", endPosition: "19999" },
    ],
  };
  expect(await client.getImageStoreUploadSessionById(guid(1))).toEqual({ uploadSessions: [described] });
  expect(await client.getImageStoreUploadSessionByPath(path)).toEqual({ uploadSessions: [described] });
  expect(await refusal(client.commitImageStoreUploadSession(guid(1)))).toEqual([400, "E_INVALIDARG"]);
  expect(await refusal(client.uploadFileChunk(path, guid(1), "bytes 0-299/20000"))).toEqual([400, "E_INVALIDARG"]);
  await send(guid(1), 5001, 20_000);
  await send(guid(1), 0, 300);
  await client.commitImageStoreUploadSession(guid(1));
  await client.commitImageStoreUploadSession(guid(1));
  expect(Buffer.from(await download(url, path)).equals(whole)).toBe(true);

  await send(guid(2), 0, 10);
  await client.deleteImageStoreUploadSession(guid(2));
  expect(await refusal(client.deleteImageStoreUploadSession(guid(2)))).toEqual([
    404,
    "FABRIC_E_INVALID_UPLOAD_SESSION_ID",
  ]);
  expect(await client.getImageStoreUploadSessionById(guid(2))).toEqual({ uploadSessions: [] });

  give(Buffer.from("one request"));
  await client.uploadFile(path);
  give(null);
  expect(Buffer.from(await download(url, path)).toString()).toBe("one request");
  expect((await client.getImageStoreContent(path)).storeFiles).toMatchObject([{ fileSize: "11" }]);
  expect(await client.getImageStoreRootContent()).toMatchObject({
    storeFiles: [],
    storeFolders: [{ storeRelativePath: "App", fileCount: "1" }],
  });
  const copy = { remoteSource: "App", remoteDestination: "Other" };
  expect(await refusal(client.copyImageStoreContent(copy))).toEqual([400, "E_NOTIMPL"]);
  await client.deleteImageStoreContent(path);
  expect(await refusal(client.deleteImageStoreContent(path))).toEqual([404, "FABRIC_E_FILE_NOT_FOUND"]);
}, 30_000);

const mebi = 1024 * 1024;
const chunk = 4 * mebi;
const isExtended = process.env["STOWAGE_EXTENDED"] === "1";
const size = isExtended ? 1024 * mebi : 64 * mebi;
const label = isExtended ? "1 GiB" : "64 MiB (1 GiB with STOWAGE_EXTENDED=1)";

/** Bytes of the file, made anew each time: a gibibyte is not kept. */
function bytesOf(from: number, to: number): Buffer {
  const made = Buffer.alloc(to - from);
  for (let at = 0; at < made.length; at += 8) made.writeDoubleLE((from + at) * 1.000001, at);
  return made;
}

const query = `api-version=6.0&session-id=${guid(9)}`;

/** Chunks of which the gateway still expects something. */
async function missing(url: string): Promise<readonly number[]> {
  const reply = await fetch(`${url}/ImageStore/$/GetUploadSession?${query}`);
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

/** Sends chunks eight at a time; a line that breaks ends it. */
async function sendAll(url: string, indices: readonly number[], stored: (index: number) => void): Promise<void> {
  const waiting = indices
    .map((index) => ({ index, key: Math.random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ index }) => index);
  const at = `${url}/ImageStore/big.bin/$/UploadChunk?${query}`;
  const work = async (): Promise<void> => {
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      const [from, to] = [index * chunk, Math.min((index + 1) * chunk, size)];
      const headers = { "content-range": `bytes ${from}-${to - 1}/${size}` };
      const body = bytesOf(from, to) as Uint8Array<ArrayBuffer>;
      const reply = await fetch(at, { method: "PUT", headers, body }).catch(() => null);
      if (reply === null) {
        waiting.length = 0;
        return;
      }
      if (reply.status !== 200) throw new Error(`chunk ${index}: ${reply.status} ${await reply.text()}`);
      stored(index);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

/** SHA-256 of what comes. */
async function digestOf(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

function* wholeFile(): Generator<Buffer> {
  for (let from = 0; from < size; from += chunk) yield bytesOf(from, Math.min(from + chunk, size));
}

test(`${label} in random order, eight at a time, the gateway killed twice: resumed from what it expects, and equal`, async () => {
  const count = Math.ceil(size / chunk);
  const stored = new Set<number>();
  let gateway = start();
  let url = await gateway.ready;
  let left: readonly number[] = Array.from({ length: count }, (_, index) => index);
  for (const killAfter of [Math.floor(count / 4), Math.floor(count / 2)]) {
    let isKilled = false;
    await sendAll(url, left, (index) => {
      stored.add(index);
      if (stored.size < killAfter || isKilled) return;
      isKilled = true;
      gateway.kill("SIGKILL");
    });
    expect((await gateway.ended).signal).toBe("SIGKILL");
    gateway = start();
    url = await gateway.ready;
    left = await missing(url);
    expect(left.filter((index) => stored.has(index))).toEqual([]);
    expect(left.length).toBeGreaterThan(0);
  }
  await sendAll(url, left, () => {});
  expect(await missing(url)).toEqual([]);
  const commit = await fetch(`${url}/ImageStore/$/CommitUploadSession?${query}`, { method: "POST" });
  expect(commit.status).toBe(200);
  const { body } = await fetch(`${url}/uploads/files/content?path=/big.bin`);
  expect(await digestOf(body ?? [])).toBe(await digestOf(wholeFile()));
}, 600_000);
