import { AnonymousCredential, BlockBlobClient, PageBlobClient } from "@azure/storage-blob";
import { afterAll, beforeEach, expect, test } from "@jest/globals";
import type { Receipt } from "@stowage/core";
import { startAzurite, startFaultProxy } from "@stowage/servers";
import { directName } from "../src/keys.js";
import { containerOf, leftoversIn, readObject } from "./azure-fixture.js";
import { begin, calm, chunkSize, driverOn, failureOf, type Upload } from "./scene.js";

const server = await startAzurite();
const proxy = await startFaultProxy(server.endpoint);
const container = containerOf(server);
const anonymous = new AnonymousCredential();
const driver = driverOn({ ...server, serviceUrl: server.serviceUrl.replace(server.endpoint, proxy.endpoint) });
afterAll(async () => {
  await proxy.close();
  await server.close();
});
beforeEach(() => proxy.setRules([]));

/** The URL for the only chunk of an upload. */
async function urlFor(upload: Upload): Promise<URL> {
  const request = { chunks: { start: 0, end: 1 }, completeBy: "server" } as const;
  const grant = await driver.direct?.grant(upload.handle, upload.target, request, calm);
  return new URL(grant?.kind === "parts" ? (grant.requests[0]?.url ?? "") : "");
}

/** What its holder can do more with it: the same signature for the blob itself. */
function ofBlob(url: URL): string {
  const whole = new URL(url);
  for (const name of ["comp", "blockid"]) whole.searchParams.delete(name);
  return whole.href;
}

async function sendAll(upload: Upload): Promise<URL> {
  const url = await urlFor(upload);
  const answer = await fetch(url, { method: "PUT", body: new Uint8Array(upload.content) });
  expect(answer.status).toBe(201);
  return url;
}

async function leaseFor(url: URL): Promise<void> {
  const client = new BlockBlobClient(ofBlob(url));
  await client.commitBlockList([url.searchParams.get("blockid") ?? ""]);
  await client.getBlobLeaseClient().acquireLease(-1);
}

async function listed(upload: Upload): Promise<readonly Receipt[]> {
  const probed = await upload.sink.probe(calm);
  return probed.kind === "open" ? (probed.parts ?? []) : [];
}

/** Whether the clients' blob of an upload is there. */
function isDirectThere({ target }: Upload): Promise<boolean> {
  return container.getBlobClient(directName("", target.key)).exists();
}

test("who leases its blob for ever keeps its upload neither from being completed nor from being given up", async () => {
  const upload = await begin(driver, chunkSize);
  await leaseFor(await sendAll(upload));
  await upload.sink.complete(await listed(upload), calm);
  expect(await readObject(container, upload.target.key)).toEqual(Buffer.from(upload.content));
  const other = await begin(driver, chunkSize);
  const url = await sendAll(other);
  await leaseFor(url);
  // Blocks on a leased blob need the lease.
  await fetch(url, { method: "PUT", body: new Uint8Array(7) });
  await driver.abort(other.handle, other.target, calm);
  expect([await isDirectThere(upload), await isDirectThere(other)]).toEqual([false, false]);
});

test("who leases it between looking and committing is too late, too", async () => {
  const upload = await begin(driver, chunkSize);
  const url = await sendAll(upload);
  const receipts = await listed(upload);
  const client = new BlockBlobClient(ofBlob(url));
  await client.commitBlockList([]);
  await client.getBlobLeaseClient().acquireLease(-1);
  expect(await failureOf(upload.sink.complete(receipts, calm))).toMatchObject({ code: "UPLOAD_INCOMPLETE" });
  await driver.abort(null, upload.target, calm);
  expect(await isDirectThere(upload)).toBe(false);
});

test("who makes a blob of another kind has sent nothing, and it goes with the upload", async () => {
  const upload = await begin(driver, chunkSize);
  await new PageBlobClient(ofBlob(await urlFor(upload)), anonymous).create(512);
  expect(await listed(upload)).toEqual([]);
  await driver.abort(upload.handle, upload.target, calm);
  expect(await isDirectThere(upload)).toBe(false);
  const through = await begin(driver, chunkSize);
  await new PageBlobClient(ofBlob(await urlFor(through)), anonymous).create(512);
  await through.sink.complete(await through.writeAll(), calm);
  expect(await readObject(container, through.target.key)).toEqual(Buffer.from(through.content));
  expect(await isDirectThere(through)).toBe(false);
});

test("who names its blocks as ours are named has sent nothing", async () => {
  const upload = await begin(driver, chunkSize);
  const url = await urlFor(upload);
  const id = Buffer.from(url.searchParams.get("blockid") ?? "", "base64");
  // Where the writing is.
  id.fill(5, 9, 18);
  url.searchParams.set("blockid", id.toString("base64"));
  expect((await fetch(url, { method: "PUT", body: new Uint8Array(chunkSize) })).status).toBe(201);
  expect(await listed(upload)).toEqual([]);
  await driver.abort(upload.handle, upload.target, calm);
  expect(await leftoversIn(container, directName("", upload.target.key))).toEqual([]);
});

test("what clients sent is removed also where a completion ended before it could do that", async () => {
  const upload = await begin(driver, chunkSize);
  await sendAll(upload);
  const effect = { kind: "answer", status: 403, code: "AuthorizationFailure" } as const;
  proxy.setRules([{ method: "DELETE", effect }]);
  expect(await failureOf(upload.sink.complete(await listed(upload), calm))).toMatchObject({ code: "BACKEND_DENIED" });
  expect(await isDirectThere(upload)).toBe(true);
  proxy.setRules([]);
  // The engine finds the object, and asks for no completion any more.
  expect(await upload.sink.probe(calm)).toMatchObject({ kind: "complete" });
  expect(await isDirectThere(upload)).toBe(false);
});
