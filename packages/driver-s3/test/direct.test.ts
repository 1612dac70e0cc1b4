import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CompleteMultipartUploadCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { DirectGrant, GrantRequest } from "@stowage/core";
import { s3Dialect, writeCompletion } from "@stowage/s3-wire";
import { startS3Simulator } from "@stowage/servers";
import { begin, calm, driverOn, failureOf, partSize, type Upload } from "./scene.js";
import { clientOf, readObject } from "./store-fixture.js";

const run = promisify(execFile);
const simulator = await startS3Simulator({ minPartSize: partSize });
const client = clientOf(simulator);
const driver = driverOn(simulator);
const hasCurl = await run("curl", ["--version"]).then(
  () => true,
  () => false,
);
afterAll(async () => {
  client.destroy();
  await driver.close?.();
  await simulator.close();
});

const size = 2 * partSize + 9;

async function grantAll(upload: Upload, changes: Partial<GrantRequest> = {}): Promise<DirectGrant> {
  const request: GrantRequest = { chunks: { start: 0, end: 3 }, completeBy: "server", ...changes };
  const grant = await driver.direct?.grant(upload.handle, upload.target, request, calm);
  if (grant === undefined) throw new Error("no grants");
  return grant;
}

function requestsOf(grant: DirectGrant): readonly { readonly method: string; readonly url: string }[] {
  return grant.kind === "parts" ? grant.requests : [];
}

function chunksOf({ content }: Upload): readonly Uint8Array[] {
  return [0, 1, 2].map((index) => content.subarray(index * partSize, (index + 1) * partSize));
}

/** As the engine does it: the store is asked, and what it lists is completed. */
async function completeListed(upload: Upload): Promise<void> {
  const probed = await upload.sink.probe(calm);
  if (probed.kind !== "open") throw new Error(probed.kind);
  await upload.sink.complete(probed.parts ?? [], calm);
  expect(await readObject(client, simulator.bucket, upload.target.key)).toEqual(Buffer.from(upload.content));
}

describe("clients that know nothing of us upload", () => {
  test("with fetch", async () => {
    const upload = await begin(driver, size);
    const requests = requestsOf(await grantAll(upload));
    for (const [index, { method, url }] of requests.entries()) {
      const answer = await fetch(url, { method, body: chunksOf(upload)[index] ?? null });
      expect(answer.status).toBe(200);
    }
    await completeListed(upload);
  });

  (hasCurl ? test : test.skip)(`with curl${hasCurl ? "" : " (not run: curl is not installed)"}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "stowage-curl-"));
    try {
      const upload = await begin(driver, size);
      for (const [index, { url }] of requestsOf(await grantAll(upload)).entries()) {
        const file = join(folder, `${index}`);
        await writeFile(file, chunksOf(upload)[index] ?? "");
        await run("curl", ["--fail", "--silent", "--show-error", "--upload-file", file, url]);
      }
      await completeListed(upload);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("with Amazon's SDK, given the upload's id, and complete by themselves", async () => {
    const upload = await begin(driver, size);
    const { vendor } = await grantAll(upload, { completeBy: "client" });
    const address = { Bucket: simulator.bucket, Key: upload.target.key, UploadId: vendor?.["upload_id"] };
    const parts = [];
    for (const [index, Body] of chunksOf(upload).entries()) {
      const { ETag } = await client.send(new UploadPartCommand({ ...address, Body, PartNumber: index + 1 }));
      parts.push({ PartNumber: index + 1, ETag });
    }
    await client.send(new CompleteMultipartUploadCommand({ ...address, MultipartUpload: { Parts: parts } }));
    const probed = await upload.sink.probe(calm);
    expect(probed).toMatchObject({ kind: "complete", object: { key: upload.target.key, size } });
  });

  test("and complete by a signed POST, as Cloudreve's do", async () => {
    const upload = await begin(driver, size);
    const grant = await grantAll(upload, { completeBy: "client" });
    const parts = [];
    for (const [index, { method, url }] of requestsOf(grant).entries()) {
      const answer = await fetch(url, { method, body: chunksOf(upload)[index] ?? null });
      parts.push({ number: index + 1, etag: answer.headers.get("etag") ?? "" });
    }
    if (grant.completion.by !== "client") throw new Error(grant.completion.by);
    const { method, url } = grant.completion.request;
    const headers = { "content-type": "application/xhtml+xml" };
    const answer = await fetch(url, { method, headers, body: writeCompletion(s3Dialect, parts) });
    expect([answer.status, await answer.text()]).toEqual([
      200,
      expect.stringContaining("CompleteMultipartUploadResult"),
    ]);
    expect((await upload.sink.probe(calm)).kind).toBe("complete");
    // Who completes after the client gets its object.
    const receipts = parts.map(({ number, etag }) => ({
      offset: (number - 1) * partSize,
      size: number === 3 ? 9 : partSize,
      token: `${number}:${etag}`,
    }));
    expect(await upload.sink.complete(receipts, calm)).toMatchObject({ key: upload.target.key, size });
  });
});

describe("a signed part", () => {
  test("takes no other length, no other method and no other part", async () => {
    const upload = await begin(driver, size);
    const [first] = requestsOf(await grantAll(upload));
    if (first === undefined) throw new Error("no request");
    const put = async (url: string, length: number, method = "PUT"): Promise<number> =>
      (await fetch(url, { method, body: new Uint8Array(length) })).status;
    expect(await put(first.url, partSize + 1)).toBe(403);
    expect(await put(first.url, partSize - 1)).toBe(403);
    expect(await put(first.url.replace("partNumber=1", "partNumber=2"), partSize)).toBe(403);
    expect(await put(first.url, partSize, "POST")).toBe(403);
    expect(await upload.sink.probe(calm)).toEqual({ kind: "open", parts: [] });
  });

  test("lives as long as the session may, and no longer than seven days", async () => {
    const now = Date.now();
    const soon = await begin(driver, size, { expiresAt: now + 60_000 });
    const late = await begin(driver, size, { expiresAt: now + 30 * 24 * 3_600_000 });
    const lifeOf = (grant: DirectGrant): number => {
      const [first] = grant.kind === "parts" ? grant.requests : [];
      const seconds = Number(new URL(first?.url ?? "").searchParams.get("X-Amz-Expires"));
      expect(Math.abs((first?.expiresAt ?? 0) - now - seconds * 1000)).toBeLessThan(5_000);
      return seconds;
    };
    expect(lifeOf(await grantAll(late))).toBe(7 * 24 * 3600);
    const grant = await grantAll(soon);
    expect(lifeOf(grant)).toBeLessThanOrEqual(60);
    await simulator.setClockOffset(61_000);
    try {
      const [first] = requestsOf(grant);
      const answer = await fetch(first?.url ?? "", { method: "PUT", body: new Uint8Array(partSize) });
      expect(answer.status).toBe(403);
    } finally {
      await simulator.setClockOffset(0);
    }
  });

  test("leads where clients reach the store", async () => {
    const outside = driverOn(simulator, { directEndpoint: "https://files.example.com", prefix: "p/" });
    const upload = await begin(outside, size);
    const request = { chunks: { start: 1, end: 2 }, completeBy: "server" } as const;
    const grant = await outside.direct?.grant(upload.handle, upload.target, request, calm);
    const url = new URL(grant?.kind === "parts" ? (grant.requests[0]?.url ?? "") : "");
    expect([url.origin, url.pathname]).toEqual([
      "https://files.example.com",
      `/${simulator.bucket}/p/${upload.target.key}`,
    ]);
    expect(url.searchParams.get("partNumber")).toBe("2");
    const read = new URL((await outside.objects?.signRead?.("x", 1000, calm)) ?? "");
    expect(read.origin).toBe("https://files.example.com");
    await outside.close?.();
  });

  test("of an upload without a plan, or without bytes, is refused", async () => {
    const request = { chunks: { start: 0, end: 1 }, completeBy: "server" } as const;
    const unplanned = await begin(driver, size, { plan: null, size: null });
    const planless = driver.direct?.grant(unplanned.handle, unplanned.target, request, calm);
    expect(await failureOf(planless ?? Promise.resolve())).toMatchObject({ code: "UNSUPPORTED" });
  });
});

test("an upload goes on through us where a client left off, and neither part is sent twice", async () => {
  const upload = await begin(driver, size);
  const [first] = requestsOf(await grantAll(upload));
  await fetch(first?.url ?? "", { method: "PUT", body: chunksOf(upload)[0] ?? null });
  await upload.write(1);
  await upload.write(2);
  await simulator.forgetCalls();
  await completeListed(upload);
  expect((await simulator.calls()).UploadPart).toBeUndefined();
});

test("after a fence chunks through us and parts that came directly make one object", async () => {
  const upload = await begin(driver, size);
  const requests = requestsOf(await grantAll(upload));
  await fetch(requests[0]?.url ?? "", { method: "PUT", body: chunksOf(upload)[0] ?? null });
  const handle = await driver.fence?.(upload.handle, upload.target, calm);
  if (handle === undefined) throw new Error("no fence");
  const sink = driver.sink(handle, upload.target);
  const chunk = { offset: partSize, index: 1, isLast: false, whole: true, attempt: "2" };
  const body = { size: partSize, oneShot: false, stream: () => one(chunksOf(upload)[1]) };
  const own = await sink.write({ ...chunk, body }, calm);
  // A late writer's other bytes, under the old handle.
  await fetch(requests[1]?.url ?? "", { method: "PUT", body: new Uint8Array(partSize) });
  await fetch(requests[2]?.url ?? "", { method: "PUT", body: chunksOf(upload)[2] ?? null });
  const probed = await sink.probe(calm);
  const parts = probed.kind === "open" ? (probed.parts ?? []) : [];
  expect(parts.map(({ offset }) => offset)).toEqual([0, partSize, partSize, 2 * partSize]);
  const receipts = parts.filter(({ offset, token }) => offset !== partSize || token === own.token);
  await sink.complete(receipts, calm);
  expect(await readObject(client, simulator.bucket, upload.target.key)).toEqual(Buffer.from(upload.content));
  const { objects, uploads } = await simulator.leftovers();
  expect(objects.filter(({ key }) => key.includes("aside"))).toEqual([]);
  expect(uploads.filter(({ key }) => key === upload.target.key)).toEqual([]);
});

async function* one(bytes: Uint8Array = new Uint8Array()): AsyncGenerator<Uint8Array> {
  yield bytes;
}
