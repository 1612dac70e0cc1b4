import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { BlockBlobClient } from "@azure/storage-blob";
import { afterAll, describe, expect, test } from "@jest/globals";
import { byteBudget, type DirectGrant, type GrantRequest, type Receipt, type SignedRequest } from "@stowage/core";
import { startAzurite } from "@stowage/servers";
import { lifeOf, mostLifeMs } from "../src/direct/life-of.js";
import { containerOf, leftoversIn, readObject } from "./azure-fixture.js";
import { copyingService } from "./copying-service.js";
import { begin, bytesOf, calm, chunkSize, driverOn, failureOf, testRuntime, type Upload } from "./scene.js";

const run = promisify(execFile);
const server = await startAzurite();
const container = containerOf(server);
const service = await copyingService(server);
const driver = driverOn(server);
/** On a service that copies blocks, which Azurite does not. */
const copier = driverOn(service.server);
const hasCurl = await run("curl", ["--version"]).then(
  () => true,
  () => false,
);
afterAll(async () => {
  await service.close();
  await server.close();
});

const size = 2 * chunkSize + 9;

async function grantAll(upload: Upload, changes: Partial<GrantRequest> = {}): Promise<DirectGrant> {
  const request: GrantRequest = { chunks: { start: 0, end: 3 }, completeBy: "server", ...changes };
  const grant = await driver.direct?.grant(upload.handle, upload.target, request, calm);
  if (grant === undefined) throw new Error("no grants");
  return grant;
}

async function requestsFor(upload: Upload): Promise<readonly SignedRequest[]> {
  const grant = await grantAll(upload);
  return grant.kind === "parts" ? grant.requests : [];
}

function chunksOf({ content }: Upload): readonly Uint8Array<ArrayBuffer>[] {
  return [0, 1, 2].map((index) => new Uint8Array(content.subarray(index * chunkSize, (index + 1) * chunkSize)));
}

async function send({ method, url }: SignedRequest, body: Uint8Array<ArrayBuffer>): Promise<number> {
  const answer = await fetch(url, { method, body });
  await answer.arrayBuffer();
  return answer.status;
}

async function listed(upload: Upload): Promise<readonly Receipt[]> {
  const probed = await upload.sink.probe(calm);
  if (probed.kind !== "open") throw new Error(probed.kind);
  return probed.parts ?? [];
}

/** As the engine does it: the service is asked, and what it lists is completed. */
async function completeListed(upload: Upload): Promise<void> {
  await upload.sink.complete(await listed(upload), calm);
  await expectWhole(upload);
}

async function expectWhole({ target, content }: Upload): Promise<void> {
  expect(await readObject(container, target.key)).toEqual(Buffer.from(content));
  const left = await leftoversIn(container, "");
  expect(left.filter((name) => name.includes("stowage-direct"))).toEqual([]);
}

describe("clients that know nothing of us upload", () => {
  test.each([
    ["a service that copies", copier],
    ["a service that does not", driver],
  ] as const)("with fetch, to %s", async (_, own) => {
    const upload = await begin(own, size);
    const copies = service.copies();
    for (const [index, request] of (await requestsFor(upload)).entries())
      expect(await send(request, chunksOf(upload)[index] ?? new Uint8Array())).toBe(201);
    await completeListed(upload);
    // Neighbours are copied in one.
    expect(service.copies() - copies).toBe(own === copier ? 1 : 0);
  });

  (hasCurl ? test : test.skip)(`with curl${hasCurl ? "" : " (not run: curl is not installed)"}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "stowage-curl-"));
    try {
      const upload = await begin(driver, size);
      for (const [index, { url }] of (await requestsFor(upload)).entries()) {
        const file = join(folder, `${index}`);
        await writeFile(file, chunksOf(upload)[index] ?? "");
        await run("curl", ["--fail", "--silent", "--show-error", "--upload-file", file, url]);
      }
      await completeListed(upload);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("with Azure's SDK, and commit by themselves, which is no completion", async () => {
    const upload = await begin(driver, size);
    const requests = await requestsFor(upload);
    const ids = requests.map(({ url }) => new URL(url).searchParams.get("blockid") ?? "");
    const client = new BlockBlobClient(withoutBlock(requests[0]));
    for (const [index, bytes] of chunksOf(upload).entries())
      await client.stageBlock(ids[index] ?? "", Buffer.from(bytes), bytes.byteLength);
    await client.commitBlockList(ids);
    expect(await driver.objects?.stat(upload.target.key, calm)).toBeNull();
    await completeListed(upload);
  });
});

/** The URL of the blob, with its signature. */
function withoutBlock(request: SignedRequest | undefined): string {
  const url = new URL(request?.url ?? "");
  for (const name of ["comp", "blockid"]) url.searchParams.delete(name);
  return url.href;
}

describe("a signed URL", () => {
  test("never reaches the object: neither by blocks, nor by a list of them, nor by a whole blob", async () => {
    const upload = await begin(driver, size);
    const requests = await requestsFor(upload);
    for (const [index, request] of requests.entries()) await send(request, chunksOf(upload)[index] ?? new Uint8Array());
    await completeListed(upload);
    const other = Buffer.from(bytesOf(chunkSize, 99));
    const client = new BlockBlobClient(withoutBlock(requests[0]));
    await client.upload(other, other.byteLength);
    await send(requests[0] as SignedRequest, new Uint8Array(other));
    expect(await readObject(container, upload.target.key)).toEqual(Buffer.from(upload.content));
    const direct = new URL(requests[0]?.url ?? "").pathname;
    expect(direct).not.toContain(upload.target.key);
    const elsewhere = withoutBlock(requests[0]).replace(direct, direct.replace(/[^/]+\/[^/]+$/, upload.target.key));
    await expect(new BlockBlobClient(elsewhere).upload(other, other.byteLength)).rejects.toMatchObject({
      statusCode: 403,
    });
    // What it made beside the object goes with the session.
    await driver.abort(null, upload.target, calm);
    await expectWhole(upload);
  });

  test("reads nothing, and removes nothing", async () => {
    const upload = await begin(driver, size);
    const requests = await requestsFor(upload);
    await send(requests[0] as SignedRequest, chunksOf(upload)[0] ?? new Uint8Array());
    const url = withoutBlock(requests[0]);
    const statuses = ["GET", "DELETE"].map(async (method) => (await fetch(url, { method })).status);
    expect(await Promise.all(statuses)).toEqual([403, 403]);
    expect((await fetch(`${url}&comp=blocklist&blocklisttype=all`)).status).toBe(403);
    await driver.abort(upload.handle, upload.target, calm);
  });

  test("lives as long as the session may, and no longer than a borrowed key", async () => {
    const now = Date.now();
    const lifeOf = async (expiresAt: number): Promise<number> => {
      const [first] = await requestsFor(await begin(driver, size, { expiresAt }));
      const end = Date.parse(new URL(first?.url ?? "").searchParams.get("se") ?? "");
      expect(end).toBe(first?.expiresAt);
      return end - now;
    };
    expect(Math.abs((await lifeOf(now + 60_000)) - 60_000)).toBeLessThan(2_000);
    expect(Math.abs((await lifeOf(now + 30 * 24 * 3_600_000)) - mostLifeMs)).toBeLessThan(5_000);
    const late = driverOn(server, {}, testRuntime({ clock: { now: () => now - 60_000, sleep: async () => {} } }));
    const request = { chunks: { start: 0, end: 1 }, completeBy: "server" } as const;
    const expired = await begin(late, size, { expiresAt: now - 10_000 });
    const grant = await late.direct?.grant(expired.handle, expired.target, request, calm);
    const [first] = grant?.kind === "parts" ? grant.requests : [];
    expect(await send(first as SignedRequest, new Uint8Array(chunkSize))).toBe(403);
  });

  test("leads where clients reach the service", async () => {
    const outside = driverOn(server, { directEndpoint: "https://files.example.com/", prefix: "p/" });
    const upload = await begin(outside, size);
    const request = { chunks: { start: 1, end: 2 }, completeBy: "server" } as const;
    const grant = await outside.direct?.grant(upload.handle, upload.target, request, calm);
    const url = new URL(grant?.kind === "parts" ? (grant.requests[0]?.url ?? "") : "");
    expect(url.origin + url.pathname).toMatch(/^https:\/\/files\.example\.com\/stowage\/p\/\.stowage-direct\/\w{64}$/);
    const read = new URL((await outside.objects?.signRead?.("x", 1000, calm)) ?? "");
    expect(read.origin + read.pathname).toBe("https://files.example.com/stowage/p/x");
  });

  test("of an upload without a plan is refused", async () => {
    const request = { chunks: { start: 0, end: 1 }, completeBy: "server" } as const;
    const { handle, target } = await begin(driver, size, { plan: null, size: null });
    expect(await failureOf(driver.direct?.grant(handle, target, request, calm) ?? Promise.resolve())).toMatchObject({
      code: "UNSUPPORTED",
    });
  });
});

describe.each([
  ["a service that copies", copier],
  ["a service that does not", driver],
  ["one that does not, without memory", driverOn(server, {}, testRuntime({ memory: byteBudget(0) }))],
] as const)("an upload that is partly direct, on %s", (_, own) => {
  test.each([[[0]], [[1]], [[2]], [[0, 2]], [[1, 2]]])("of chunks %j, goes on through us", async (direct) => {
    const upload = await begin(own, size);
    const requests = await requestsFor(upload);
    for (const index of [0, 1, 2])
      if (direct.includes(index)) await send(requests[index] as SignedRequest, chunksOf(upload)[index] as never);
      else await upload.write(index);
    expect((await listed(upload)).map(({ offset }) => offset)).toEqual([0, chunkSize, 2 * chunkSize]);
    const receipts = await listed(upload);
    const object = await upload.sink.complete(receipts, calm);
    await expectWhole(upload);
    expect(await upload.sink.complete(receipts, calm)).toEqual(object);
    expect(await upload.sink.probe(calm)).toEqual({ kind: "complete", object });
  });

  test("and in the end not direct at all, leaves nothing of the beginning", async () => {
    const upload = await begin(own, size);
    const [first] = await requestsFor(upload);
    await send(first as SignedRequest, new Uint8Array(7));
    await upload.writeAll();
    const receipts = (await listed(upload)).filter((receipt) => !(receipt.offset === 0 && receipt.size === 7));
    await upload.sink.complete(receipts, calm);
    await expectWhole(upload);
  });
});

describe("what a client says proves nothing", () => {
  test("a block of another size than was looked at is asked for again", async () => {
    const upload = await begin(driver, size);
    const requests = await requestsFor(upload);
    for (const [index, request] of requests.entries()) await send(request, chunksOf(upload)[index] ?? new Uint8Array());
    const receipts = await listed(upload);
    await send(requests[1] as SignedRequest, new Uint8Array(5));
    expect(await failureOf(upload.sink.complete(receipts, calm))).toMatchObject({
      code: "UPLOAD_INCOMPLETE",
      details: { missing: [{ start: chunkSize, end: 2 * chunkSize }] },
    });
    await send(requests[1] as SignedRequest, chunksOf(upload)[1] ?? new Uint8Array());
    await completeListed(upload);
  });

  test("blocks that are taken back are asked for again", async () => {
    const upload = await begin(driver, size);
    const requests = await requestsFor(upload);
    for (const [index, request] of requests.entries()) await send(request, chunksOf(upload)[index] ?? new Uint8Array());
    const receipts = await listed(upload);
    await new BlockBlobClient(withoutBlock(requests[0])).commitBlockList([]);
    const error = await failureOf(upload.sink.complete(receipts, calm));
    expect(error.code).toBe("UPLOAD_INCOMPLETE");
    for (const [index, request] of requests.entries()) await send(request, chunksOf(upload)[index] ?? new Uint8Array());
    await completeListed(upload);
  });

  test("and blocks under ids of its own are nobody's", async () => {
    const upload = await begin(driver, size);
    const [first] = await requestsFor(upload);
    const url = new URL(first?.url ?? "");
    url.searchParams.set("blockid", Buffer.alloc(27, 7).toString("base64"));
    expect(await send({ ...(first as SignedRequest), url: url.href }, new Uint8Array(5))).toBe(201);
    expect(await listed(upload)).toEqual([]);
    await driver.abort(upload.handle, upload.target, calm);
    expect(await leftoversIn(container, ".stowage-direct/")).not.toContain(url.pathname.split("/").at(-1));
  });
});

test("a token signs with a key that the service lends, once for many", async () => {
  const asked: string[] = [];
  const { azureBlob } = await import("../src/index.js");
  const key = { signedObjectId: randomUUID(), signedTenantId: randomUUID(), signedService: "b", value: "a2V5" };
  const { delegatedSas } = await import("../src/access/delegated-sas.js");
  const clock = { now: () => Date.now(), sleep: async () => {} };
  const sign = delegatedSas(
    async (from, until) => {
      asked.push("key");
      const times = { signedStartsOn: new Date(from), signedExpiresOn: new Date(until), signedVersion: "2025-01-05" };
      return { ...key, ...times } as never;
    },
    { account: "acct", container: "c", protocol: "https" },
    clock,
  );
  const wish = { blob: "a b", permissions: "w", expiresAt: Date.now() + 60_000 } as const;
  const [one, other] = [new URLSearchParams(await sign(wish)), new URLSearchParams(await sign(wish))];
  expect([one.get("skoid"), one.get("sp"), one.get("sr"), other.get("sig")]).toEqual([
    key.signedObjectId,
    "w",
    "b",
    one.get("sig"),
  ]);
  expect(asked).toEqual(["key"]);
  const long = { ...wish, expiresAt: lifeOf(Date.now(), Infinity) };
  // As long as the grant says, with the key that is there.
  expect(Date.parse(new URLSearchParams(await sign(long)).get("se") ?? "")).toBe(long.expiresAt);
  expect(asked).toEqual(["key"]);
  const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }) };
  expect(azureBlob({ container: "abc", account: "acct", credential }).direct?.recipe).toBe("parts");
});
