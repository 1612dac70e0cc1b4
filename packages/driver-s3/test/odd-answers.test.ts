import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type Chunk, fromBytes, type StorageDriver, type UploadTarget } from "@stowage/core";
import { s3, type S3Options } from "../src/index.js";
import { bytesOf, calm, failureOf, testRuntime } from "./scene.js";

// What stands before a store, or is taken for one: proxies without it, answers that were cut, pages to sign in.
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function driverBefore(answer: RequestListener, options: Partial<S3Options> = {}): Promise<StorageDriver> {
  const server = createServer((message, response) => {
    message.resume();
    answer(message, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: "AKIAODD", secretAccessKey: "odd" };
  const endpoint = `http://127.0.0.1:${port}`;
  const driver = s3({ bucket: "films", endpoint, addressing: "path", credentials, ...options }, testRuntime());
  open.push(async () => {
    await driver.close?.();
    server.closeAllConnections();
    server.close();
  });
  return driver;
}

const target: UploadTarget = {
  sessionId: "session",
  key: "key",
  size: 10,
  plan: { size: 10, chunkSize: 10, count: 1 },
  contentType: "text/plain",
  metadata: {},
  expiresAt: Date.now() + 3_600_000,
};
const handle = { version: 1, uploadId: "upload", mark: "mark", crc32: false, generation: 0 };
const receipts = [{ offset: 0, size: 10, token: "1:tag" }];

function chunk(): Chunk {
  return { offset: 0, index: 0, isLast: true, whole: true, attempt: "1", body: fromBytes(bytesOf(10)) };
}

function page(status: number, text = "<html><body>page not found<br></body></html>"): RequestListener {
  return (_message, response) => void response.writeHead(status, { "content-type": "text/html" }).end(text);
}

function xml(response: ServerResponse, document: string, status = 200): void {
  response.writeHead(status, { "content-type": "application/xml" }).end(document);
}

describe("a 404 that is not the store's", () => {
  test.each([
    ["a probe", (driver: StorageDriver) => driver.sink(handle, target).probe(calm)],
    ["a write", (driver: StorageDriver) => driver.sink(handle, target).write(chunk(), calm)],
    ["a completion", (driver: StorageDriver) => driver.sink(handle, target).complete(receipts, calm)],
    ["an abort", (driver: StorageDriver) => driver.abort(handle, target, calm)],
    ["a removal", (driver: StorageDriver) => driver.objects!.remove("key", calm)],
  ])("ends no upload: %s", async (_, call) => {
    expect(await failureOf(call(await driverBefore(page(404))))).toMatchObject({
      code: "BACKEND_UNAVAILABLE",
      retry: "same",
    });
  });
});

describe("an answer to a completion that nobody understands", () => {
  test.each([
    ["a page", "<html><br></html>"],
    ["the start of a document", '<?xml version="1.0" encoding="UTF-8"?>\n   '],
  ])("may have been success: %s", async (_, text) => {
    const driver = await driverBefore(page(200, text), { preset: "minio" });
    expect(await failureOf(driver.sink(handle, target).complete(receipts, calm))).toMatchObject({
      code: "BACKEND_UNAVAILABLE",
      retry: "same",
    });
  });
});

test("an abort that leaves parts has not ended", async () => {
  const part = "<Part><PartNumber>1</PartNumber><Size>10</Size><ETag>tag</ETag></Part>";
  const driver = await driverBefore(({ method }, response) => {
    if (method === "DELETE") response.writeHead(204).end();
    else xml(response, `<ListPartsResult><IsTruncated>false</IsTruncated>${part}</ListPartsResult>`);
  });
  expect(await failureOf(driver.abort(handle, target, calm))).toMatchObject({
    code: "BACKEND_UNAVAILABLE",
    retry: "same",
  });
});

test("a list of uploads that does not go on is no list", async () => {
  const next = "<NextKeyMarker>key</NextKeyMarker><NextUploadIdMarker></NextUploadIdMarker>";
  let calls = 0;
  const driver = await driverBefore((_message, response) => {
    calls += 1;
    xml(
      response,
      `<ListMultipartUploadsResult><IsTruncated>${calls < 20}</IsTruncated>${next}</ListMultipartUploadsResult>`,
    );
  });
  expect(await failureOf(driver.abort(null, target, calm))).toMatchObject({ code: "BACKEND_REJECTED" });
  expect(calls).toBe(2);
});

test("a code is a code, also one that every object of the language has", async () => {
  const driver = await driverBefore((_message, response) =>
    xml(response, "<Error><Code>constructor</Code></Error>", 400),
  );
  expect(await failureOf(driver.sink(handle, target).write(chunk(), calm))).toMatchObject({ code: "BACKEND_REJECTED" });
});
