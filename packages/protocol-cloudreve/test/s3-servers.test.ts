import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { cephVersion, signedFetch, startCeph, startSwift, swiftVersion } from "@stowage/servers";
import type { S3Server } from "@stowage/servers";
import { putAll, putChunk } from "./s3-client.js";
import type { Send } from "./s3-client.js";
import { pageFetch } from "./page-fetch.js";
import { allowPages, openS3Site } from "./s3-site.js";
import type { S3Site } from "./s3-site.js";
import { content } from "./site.js";

const MiB = 1024 * 1024;
const whole = content(10 * MiB + 9);
const uri = "cloudreve://my/one.mov";

interface Installed {
  readonly name: string;
  readonly version: () => string | null;
  readonly start: () => Promise<S3Server>;
  readonly preset: "ceph" | "generic";
  /** Swift knows no CORS of buckets through S3, so that no page could upload there. */
  readonly takesPages: boolean;
}

const servers: readonly Installed[] = [
  { name: "ceph", version: cephVersion, start: startCeph, preset: "ceph", takesPages: true },
  { name: "swift", version: swiftVersion, start: startSwift, preset: "generic", takesPages: false },
];

jest.setTimeout(120_000);

for (const installed of servers) {
  describe(`over ${installed.name}`, () => {
    if (process.env["STOWAGE_EXTENDED"] === "1") describeServer(installed);
    else test.todo("was not asked for: it runs with STOWAGE_EXTENDED=1");
  });
}

function describeServer({ version, start, preset, takesPages }: Installed): void {
  let server: S3Server;
  let opened: S3Site;
  let send: Send;

  beforeAll(async () => {
    expect(version()).not.toBeNull();
    server = await start();
    if (takesPages) await allowPages(server);
    opened = await openS3Site(server, { preset }, takesPages ? undefined : plainFetch);
    send = takesPages ? pageFetch(new URL(opened.site.url).origin) : plainFetch;
  });
  afterAll(async () => {
    await opened.site.close();
    await server.close();
  });

  test.each([0, 1, 5 * MiB, whole.length])("a client uploads %d bytes straight into the bucket", async (size) => {
    const { client } = opened;
    await client.upload(`cloudreve://my/${size}`, whole.subarray(0, size));
    expect((await client.download(`cloudreve://my/${size}`)).equals(whole.subarray(0, size))).toBe(true);
  });

  test("the callback before the end, an end without the client's completion, and the callback again", async () => {
    const session = await opened.create(uri, whole.length);
    await putChunk(send, session, whole, 1);
    expect(await opened.callBack(session)).toMatchObject({ status: 400, all: { code: 40055 } });
    const status = await opened.client.call("GET", `/file/upload/${session.session_id}`);
    expect(status).toMatchObject({ missing_chunks: [0, 2], received: 5 * MiB });
    for (const index of [0, 2]) await putChunk(send, session, whole, index);
    for (let times = 0; times < 2; times += 1)
      expect((await opened.callBack(session)).all).toEqual({ code: 0, msg: "" });
    expect((await opened.client.download(uri)).equals(whole)).toBe(true);
  });

  test("giving it up leaves no upload, and what was completed behind our back goes too", async () => {
    for (const isDone of [false, true]) {
      const session = await opened.create("cloudreve://my/two.mov", whole.length);
      if (isDone) await putAll(send, session, whole);
      else await putChunk(send, session, whole, 0);
      await opened.client.call("DELETE", "/file/upload", { id: session.session_id, uri: session.uri });
      const key = new URL(session.upload_urls[0]).pathname;
      expect((await signedFetch(server, { method: "HEAD", path: decodeURIComponent(key) })).status).toBe(404);
    }
    const open = await signedFetch(server, { method: "GET", path: `/${server.bucket}`, query: { uploads: "" } });
    expect(await open.text()).not.toContain("<UploadId>");
  });
}

async function plainFetch(method: string, url: string, body: Uint8Array): ReturnType<Send> {
  const headers = { "content-type": "application/octet-stream" };
  const response = await fetch(url, { method, headers, body: Buffer.from(body) });
  return { status: response.status, etag: response.headers.get("etag") ?? "", text: await response.text() };
}
