import { afterAll, beforeEach, expect, test } from "@jest/globals";
import { signedFetch, startS3Simulator } from "@stowage/servers";
import type { RequestToSign, S3FaultEffect, S3Operation } from "@stowage/servers";

const server = await startS3Simulator();
afterAll(() => server.close());
beforeEach(async () => {
  await server.setFaults([]);
  await server.forgetCalls();
});

const path = `/${server.bucket}/object`;
const content = Buffer.alloc(200_000, "content");

function put(): Promise<Response> {
  return signedFetch(server, { method: "PUT", path, body: content });
}

async function ask(request: RequestToSign): Promise<string> {
  return (await signedFetch(server, request)).text();
}

async function isStored(): Promise<boolean> {
  const { objects } = await server.leftovers();
  return objects.some(({ key }) => key === "object");
}

/** One rule for one call of an operation. */
async function once(operation: S3Operation, effect: S3FaultEffect, call = 1): Promise<void> {
  await signedFetch(server, { method: "DELETE", path });
  await server.forgetCalls();
  await server.setFaults([{ operation, calls: [call], effect }]);
}

test("the second call fails, and the others do not", async () => {
  await once("PutObject", { kind: "error", status: 500, code: "InternalError" }, 2);
  expect([(await put()).status, (await put()).status, (await put()).status]).toEqual([200, 500, 200]);
  expect(await server.calls()).toEqual({ PutObject: 3 });
});

test("an error has its status, code and Retry-After, and nothing was done", async () => {
  await once("PutObject", { kind: "error", status: 503, code: "SlowDown", retryAfterSeconds: 3 });
  const answer = await put();
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "3"]);
  expect(await answer.text()).toContain("<Code>SlowDown</Code>");
  expect(await isStored()).toBe(false);
});

test.each([
  ["before it acts", { kind: "reset", when: "before" }, false],
  ["in the middle of the body", { kind: "reset", when: "amid", bytes: 100_000 }, false],
  ["after it acted", { kind: "reset", when: "after" }, true],
] as const)("a connection reset %s", async (_when, effect, stored) => {
  await once("PutObject", effect);
  await expect(put()).rejects.toThrow("fetch failed");
  expect(await isStored()).toBe(stored);
  expect((await put()).status).toBe(200);
});

test("an answer that ends early", async () => {
  await put();
  await server.setFaults([{ operation: "GetObject", effect: { kind: "truncate", bytes: 70_000 } }]);
  const answer = await signedFetch(server, { method: "GET", path });
  expect(answer.headers.get("content-length")).toBe("200000");
  let seen = 0;
  const read = async (): Promise<void> => {
    for await (const bytes of answer.body ?? []) seen += (bytes as Uint8Array).byteLength;
  };
  await expect(read()).rejects.toThrow("terminated");
  expect(seen).toBe(70_000);
});

test.each(["before", "after"] as const)("a delay %s it acts", async (when) => {
  await once("PutObject", { kind: "delay", ms: 1_000, when });
  const start = Date.now();
  const answer = put();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await isStored()).toBe(when === "after");
  expect((await answer).status).toBe(200);
  expect(Date.now() - start).toBeGreaterThanOrEqual(990);
});

/** Makes an upload of one part, and completes it. */
async function complete(): Promise<string> {
  const made = await ask({ method: "POST", path, query: { uploads: "" } });
  const uploadId = /<UploadId>(\w+)</.exec(made)?.[1] ?? "";
  const part = await signedFetch(server, { method: "PUT", path, query: { partNumber: "1", uploadId }, body: content });
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.get("etag")}</ETag></Part></CompleteMultipartUpload>`;
  const answer = await signedFetch(server, { method: "POST", path, query: { uploadId }, body });
  return `${answer.status} ${await answer.text()}`;
}

test("a slow completion: 200, blanks, and the outcome behind them", async () => {
  await once("CompleteMultipartUpload", { kind: "slow-200", ms: 200 });
  expect(await complete()).toMatch(/^200 <\?xml[^>]*>\s{8,}<CompleteMultipartUploadResult .*<ETag>/);
  expect(await isStored()).toBe(true);
});

test("an error behind 200: nothing was done, and the upload is still there", async () => {
  await once("CompleteMultipartUpload", { kind: "error-in-200", code: "InternalError", ms: 60 });
  expect(await complete()).toMatch(/^200 <\?xml[^>]*>\s+<Error><Code>InternalError</);
  expect(await isStored()).toBe(false);
  const { uploads } = await server.leftovers();
  expect(uploads.map(({ key, parts }) => [key, parts])).toEqual([["object", [1]]]);
});

test("a rule for keys that begin so", async () => {
  await server.setFaults([{ keyPrefix: "other", effect: { kind: "error", status: 503, code: "SlowDown" } }]);
  expect((await put()).status).toBe(200);
  expect((await signedFetch(server, { method: "GET", path: `/${server.bucket}/other/one` })).status).toBe(503);
});
