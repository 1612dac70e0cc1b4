import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ServiceFabricClient } from "azure-servicefabric";
import { openHttpSite } from "./http-site.js";
import type { HttpSite } from "./http-site.js";
import { content, guid } from "./site.js";

let site: HttpSite;
let client: ServiceFabricClient;
/** What the filter gives to the next call as its body: the client as published sends none. */
let body: Buffer | null = null;

type Send = (request: object, next: unknown, done: unknown) => unknown;

beforeEach(async () => {
  site = await openHttpSite();
  body = null;
  const giveBody: Send = (request, next, done) => {
    if (body !== null) Object.assign(request, { body });
    return (next as (request: object, done: unknown) => unknown)(request, done);
  };
  client = new ServiceFabricClient(site.url, { filters: [giveBody as never], noRetryPolicy: true });
});
afterEach(() => site.close());

const json = "application/json; charset=utf-8";
const path = "App/Code dir/a.bin";
const encoded = "App%2FCode%20dir%2Fa.bin";
const whole = content(20_000);

async function sendChunk(id: string, start: number, end: number): Promise<void> {
  body = whole.subarray(start, end);
  await client.uploadFileChunk(path, id, `bytes ${start}-${end - 1}/${whole.length}`);
  body = null;
}

async function refusal(call: Promise<unknown>): Promise<{ status: number; code: string }> {
  const error = (await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )) as { statusCode: number; body?: { error?: { code?: string } } } | null;
  return { status: error?.statusCode ?? 200, code: error?.body?.error?.code ?? "" };
}

async function download(): Promise<Buffer> {
  const reply = await fetch(`${site.url}/uploads/files/content?path=/${encoded}`);
  expect(reply.status).toBe(200);
  return Buffer.from(await reply.arrayBuffer());
}

test("the published client drives every call", async () => {
  const id = guid(1);
  await sendChunk(id, 300, 5_001);
  expect(await client.getImageStoreUploadSessionById(id)).toEqual({
    uploadSessions: [
      {
        storeRelativePath: "App\\Code dir\\a.bin",
        sessionId: id,
        fileSize: "20000",
        modifiedDate: expect.any(Object),
        expectedRanges: [
          { startPosition: "0", endPosition: "299" },
          { startPosition: "5001", endPosition: "19999" },
        ],
      },
    ],
  });
  await sendChunk(id, 5_001, 20_000);
  await sendChunk(id, 0, 300);
  await client.commitImageStoreUploadSession(id);
  await client.commitImageStoreUploadSession(id);
  expect(await download()).toEqual(whole);

  await sendChunk(guid(2), 0, 10);
  const { uploadSessions } = await client.getImageStoreUploadSessionByPath(path);
  expect(uploadSessions?.map(({ sessionId }) => sessionId)).toEqual([guid(2)]);
  await client.deleteImageStoreUploadSession(guid(2));
  expect(await client.getImageStoreUploadSessionByPath(path)).toEqual({ uploadSessions: [] });

  body = content(50, 2);
  await client.uploadFile(path);
  body = null;
  expect(await download()).toEqual(content(50, 2));
  const listed = await client.getImageStoreContent(path);
  expect(listed.storeFiles).toMatchObject([{ fileSize: "50", storeRelativePath: "App\\Code dir\\a.bin" }]);
  expect(await client.getImageStoreRootContent()).toMatchObject({
    storeFiles: [],
    storeFolders: [{ storeRelativePath: "App", fileCount: "1" }],
  });
  await client.deleteImageStoreContent(path);
  expect(await client.getImageStoreContent("App/Code dir")).toEqual({ storeFiles: [], storeFolders: [] });
});

test("its requests look as we were told", async () => {
  const id = guid(3);
  const [by, timeout] = [`session-id=${id}`, "timeout=60"];
  await sendChunk(id, 0, 20_000);
  await client.getImageStoreUploadSessionById(id);
  await client.getImageStoreUploadSessionByPath(path);
  await client.commitImageStoreUploadSession(id);
  await client.uploadFile(path);
  await client.getImageStoreContent(path);
  await client.getImageStoreRootContent();
  await client.deleteImageStoreContent(path);
  await refusal(client.deleteImageStoreUploadSession(id));
  const copy = { remoteSource: "a", remoteDestination: "b" };
  expect(await refusal(client.copyImageStoreContent(copy))).toEqual({ status: 400, code: "E_NOTIMPL" });
  expect(site.recorded.map(({ line }) => line)).toEqual([
    `PUT /ImageStore/${encoded}/$/UploadChunk?api-version=6.0&${by}&${timeout}`,
    `GET /ImageStore/$/GetUploadSession?api-version=6.0&${by}&${timeout}`,
    `GET /ImageStore/${encoded}/$/GetUploadSession?api-version=6.0&${timeout}`,
    `POST /ImageStore/$/CommitUploadSession?api-version=6.0&${by}&${timeout}`,
    `PUT /ImageStore/${encoded}?api-version=6.0&${timeout}`,
    `GET /ImageStore/${encoded}?api-version=6.2&${timeout}`,
    `GET /ImageStore?api-version=6.0&${timeout}`,
    `DELETE /ImageStore/${encoded}?api-version=6.0&${timeout}`,
    `DELETE /ImageStore/$/DeleteUploadSession?api-version=6.0&${by}&${timeout}`,
    `POST /ImageStore/$/Copy?api-version=6.0&${timeout}`,
  ]);
  for (const { headers } of site.recorded) expect(headers["content-type"]).toBe(json);
  expect(site.recorded[0]?.headers).toMatchObject({
    "content-range": "bytes 0-19999/20000",
    "content-length": "20000",
  });
});

test("the client as published sends no bytes: its chunk is refused, its file is an empty one", async () => {
  const id = guid(4);
  const chunk = client.uploadFileChunk(path, id, "bytes 0-4/10");
  expect(await refusal(chunk)).toEqual({ status: 400, code: "E_INVALIDARG" });
  expect(await client.getImageStoreUploadSessionById(id)).toEqual({ uploadSessions: [] });
  await client.uploadFile(path);
  expect((await client.getImageStoreContent(path)).storeFiles).toMatchObject([{ fileSize: "0" }]);
});

test("refusals reach the client in its own form", async () => {
  const id = guid(5);
  await sendChunk(id, 0, 5_000);
  expect(await refusal(client.commitImageStoreUploadSession(id))).toEqual({ status: 400, code: "E_INVALIDARG" });
  expect(await refusal(client.commitImageStoreUploadSession(guid(6)))).toEqual({ status: 400, code: "E_INVALIDARG" });
  body = content(5_000, 9);
  expect(await refusal(client.uploadFileChunk(path, id, "bytes 0-4999/20000"))).toEqual({
    status: 400,
    code: "FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE",
  });
  expect(await refusal(client.uploadFileChunk("other", id, "bytes 0-4999/20000"))).toEqual({
    status: 409,
    code: "FABRIC_E_UPLOAD_SESSION_ID_CONFLICT",
  });
  expect(await refusal(client.uploadFile("a/../../b"))).toEqual({ status: 400, code: "E_INVALIDARG" });
  expect(await refusal(client.deleteImageStoreContent("none"))).toEqual({
    status: 404,
    code: "FABRIC_E_FILE_NOT_FOUND",
  });
  expect((await refusal(client.deleteImageStoreUploadSession(guid(7)))).status).toBe(404);
});

test("what one owner uploads another does not see", async () => {
  const id = guid(8);
  await sendChunk(id, 0, 20_000);
  const at = `${site.url}/ImageStore/$/CommitUploadSession?api-version=6.0&session-id=${id}`;
  const stranger = await fetch(at, { method: "POST", headers: { authorization: "Bearer bob" } });
  expect(stranger.status).toBe(400);
  await client.commitImageStoreUploadSession(id);
  const theirs = `${site.url}/ImageStore/${encoded}?api-version=6.2`;
  expect((await fetch(theirs, { headers: { authorization: "Bearer bob" } })).status).toBe(404);
  expect((await fetch(theirs)).status).toBe(200);
});
