import { request } from "node:http";
import { PutObjectCommand, S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, expect, test } from "@jest/globals";
import { signedFetch, startS3Simulator } from "@stowage/servers";

const server = await startS3Simulator();
afterAll(() => server.close());

const client = new S3Client({
  endpoint: server.endpoint,
  region: server.region,
  credentials: server,
  forcePathStyle: true,
  requestChecksumCalculation: "WHEN_REQUIRED",
});
const at = (key: string) => ({ Bucket: server.bucket, Key: key });
const path = (key: string): string => `/${server.bucket}/${key}`;

/** A PUT whose first byte has been taken; `finish` sends the second, and resolves with status and code. */
async function slowPut(url: string, headers: Record<string, string> = {}): Promise<{ finish(): Promise<string> }> {
  const before = await seen();
  const sent = request(url, { method: "PUT", headers: { ...headers, "content-length": 2 } });
  const answered = new Promise<string>((resolve, reject) => {
    sent.once("error", reject);
    sent.once("response", (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      answer.once("end", () => resolve(`${answer.statusCode} ${/<Code>([^<]*)</.exec(text)?.[1] ?? ""}`.trim()));
    });
  });
  sent.write("1");
  while ((await seen()) === before) await new Promise((resolve) => setTimeout(resolve, 5));
  return {
    finish: () => {
      sent.end("2");
      return answered;
    },
  };
}

async function seen(): Promise<number> {
  return Object.values(await server.calls()).reduce((sum, count) => sum + count, 0);
}

test("of two that create, the first that ends wins", async () => {
  const url = await getSignedUrl(client, new PutObjectCommand(at("two")));
  const [one, two] = [await slowPut(url, { "if-none-match": "*" }), await slowPut(url, { "if-none-match": "*" })];
  expect(await two.finish()).toBe("200");
  expect(await one.finish()).toBe("412 PreconditionFailed");
});

test("an object that goes while it is replaced is a conflict", async () => {
  const stored = await signedFetch(server, { method: "PUT", path: path("gone"), body: "1" });
  const url = await getSignedUrl(client, new PutObjectCommand(at("gone")));
  const put = await slowPut(url, { "if-match": stored.headers.get("etag") ?? "" });
  await signedFetch(server, { method: "DELETE", path: path("gone") });
  expect(await put.finish()).toBe("409 ConditionalRequestConflict");
});

test("a part that comes after the abort is refused and not kept", async () => {
  const made = await (await signedFetch(server, { method: "POST", path: path("late"), query: { uploads: "" } })).text();
  const UploadId = /<UploadId>(\w+)</.exec(made)?.[1] ?? "";
  const part = await slowPut(
    await getSignedUrl(client, new UploadPartCommand({ ...at("late"), UploadId, PartNumber: 1 })),
  );
  await signedFetch(server, { method: "DELETE", path: path("late"), query: { uploadId: UploadId } });
  expect(await part.finish()).toBe("404 NoSuchUpload");
  expect((await server.leftovers()).uploads).toEqual([]);
});
