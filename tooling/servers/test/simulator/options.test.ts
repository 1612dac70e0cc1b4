import { mkdtemp, readdir, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { GetObjectCommand, ListPartsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { signedFetch, startS3Simulator } from "@stowage/servers";
import type { S3Simulator, S3SimulatorOptions } from "@stowage/servers";

const started: S3Simulator[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.close()));
});

async function start(options: S3SimulatorOptions = {}): Promise<S3Simulator> {
  const server = await startS3Simulator(options);
  started.push(server);
  return server;
}

async function code(response: Response): Promise<string> {
  const [, found] = /<Code>([^<]*)</.exec(await response.text()) ?? [];
  return `${response.status} ${found ?? ""}`.trim();
}

const temporary = { accessKeyId: "ASIATEMPORARY", secretAccessKey: "secret", sessionToken: "token/with+signs=" };

test("temporary credentials are good with their token only", async () => {
  const server = await start({ credentials: [temporary] });
  const put = async (headers: Record<string, string>): Promise<string> =>
    code(await signedFetch(server, { method: "PUT", path: `/${server.bucket}/a`, headers, body: "a" }));
  expect(await put({ "x-amz-security-token": temporary.sessionToken })).toBe("200");
  expect(await put({ "x-amz-security-token": "another" })).toBe("400 InvalidToken");
  expect(await put({})).toBe("400 InvalidToken");
});

test("the token is also in what the SDK signs, in the header and in the query", async () => {
  const server = await start({ credentials: [temporary] });
  const client = new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    credentials: temporary,
    forcePathStyle: true,
  });
  const command = new PutObjectCommand({ Bucket: server.bucket, Key: "a", Body: "a" });
  expect((await client.send(command)).ETag).toBe('"0cc175b9c0f1b6a831c399e269772661"');
  const url = await getSignedUrl(client, new ListPartsCommand({ Bucket: server.bucket, Key: "a", UploadId: "none" }));
  expect(await code(await fetch(url))).toBe("404 NoSuchUpload");
  expect(await code(await fetch(url.replace("Security-Token=token", "Security-Token=other")))).toBe("400 InvalidToken");
});

test("a bucket before the domain in the Host field", async () => {
  const server = await start();
  await signedFetch(server, { method: "PUT", path: `/${server.bucket}/folder/a`, body: "content" });
  const { accessKeyId, secretAccessKey, region } = server;
  const client = new S3Client({
    endpoint: `http://${server.virtualHost}`,
    region,
    credentials: { accessKeyId, secretAccessKey },
  });

  const url = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket: server.bucket, Key: "folder/a" })));
  expect(url.host).toBe(`${server.bucket}.${server.virtualHost}`);
  const text = await new Promise<string>((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port: url.port,
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host },
    };
    request(options, (answer) => {
      let all = "";
      answer.setEncoding("utf8").on("data", (piece: string) => (all += piece));
      answer.once("end", () => resolve(all));
    })
      .once("error", reject)
      .end();
  });
  expect(text).toBe("content");
});

test("a completion that comes again is refused where it is to be", async () => {
  const server = await start({ repeatedCompletion: "no-such-upload" });
  const path = `/${server.bucket}/a`;
  const made = await (await signedFetch(server, { method: "POST", path, query: { uploads: "" } })).text();
  const uploadId = /<UploadId>(\w+)</.exec(made)?.[1] ?? "";
  const part = await signedFetch(server, { method: "PUT", path, query: { partNumber: "1", uploadId }, body: "a" });
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.get("etag")}</ETag></Part></CompleteMultipartUpload>`;
  const complete = async (): Promise<string> =>
    code(await signedFetch(server, { method: "POST", path, query: { uploadId }, body }));
  expect([await complete(), await complete()]).toEqual(["200", "404 NoSuchUpload"]);
});

test("cheap entity tags are none of MD5, and still what is declared is compared", async () => {
  const server = await start({ etag: "cheap" });
  const put = (headers: Record<string, string>) =>
    signedFetch(server, { method: "PUT", path: `/${server.bucket}/a`, headers, body: "a" });
  const stored = await put({});
  expect(stored.headers.get("etag")).toMatch(/^"[0-9a-f]{32}"$/);
  expect(stored.headers.get("etag")).not.toBe('"0cc175b9c0f1b6a831c399e269772661"');
  expect(stored.headers.get("x-amz-checksum-crc64nvme")).toBeNull();
  expect(await code(await put({ "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" }))).toBe("400 BadDigest");
});

test("a clock that is ahead", async () => {
  const server = await start({ clockOffsetMs: 20 * 60_000 });
  const get = async (): Promise<string> =>
    code(await signedFetch(server, { method: "GET", path: `/${server.bucket}/a` }));
  expect(await get()).toBe("403 RequestTimeTooSkewed");
  await server.setClockOffset(14 * 60_000);
  expect(await get()).toBe("404 NoSuchKey");
});

test("large contents are in a folder, and go with their object, a broken upload and the server", async () => {
  const folder = await mkdtemp(join(tmpdir(), "simulator-test-"));
  try {
    const server = await start({ folder });
    const path = `/${server.bucket}/a`;
    const files = async (): Promise<number> => (await readdir(folder, { recursive: true })).length;
    const put = (headers: Record<string, string> = {}) =>
      signedFetch(server, { method: "PUT", path, headers, body: Buffer.alloc(100_000) });
    await put();
    await put();
    expect(await files()).toBe(2);
    expect(await code(await put({ "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" }))).toBe("400 BadDigest");
    await server.setFaults([{ operation: "PutObject", effect: { kind: "reset", when: "amid", bytes: 70_000 } }]);
    await expect(put()).rejects.toThrow("fetch failed");
    expect(await files()).toBe(2);
    await signedFetch(server, { method: "DELETE", path });
    expect(await files()).toBe(1);
    await server.close();
    expect(await files()).toBe(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("who says nothing of a digest still cannot send less than announced", async () => {
  const server = await start();
  const url = await getSignedUrl(
    new S3Client({
      endpoint: server.endpoint,
      region: server.region,
      credentials: server,
      forcePathStyle: true,
      requestChecksumCalculation: "WHEN_REQUIRED",
    }),
    new PutObjectCommand({ Bucket: server.bucket, Key: "short" }),
  );
  await new Promise<void>((resolve) => {
    const sent = request(url, { method: "PUT", headers: { "content-length": 10 } });
    sent.on("error", () => resolve());
    sent.write("123", () => sent.destroy(new Error("enough")));
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await server.leftovers()).toEqual({ uploads: [], objects: [] });
});
