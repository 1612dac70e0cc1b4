import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uploadServer } from "../src/upload-server.js";

const uri = "cloudreve://my/photos/cat.raw";
const signingKey = randomBytes(32).toString("hex");
let folder = "";
let server: Server;
let api = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-example-"));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true, maxRetries: 3 });
});

test("a file goes up in chunks, across a restart, and comes down as it was", async () => {
  const content = randomBytes(20 * 1024 * 1024);
  const { session_id: id, chunk_size: size } = await ask("PUT", "/file/upload", { uri, size: content.length });
  const chunks = Array.from({ length: Math.ceil(content.length / size) }, (_, index) => index);
  expect(chunks.length).toBeGreaterThan(1);
  for (const index of chunks) {
    await ask("POST", `/file/upload/${id}/${index}`, content.subarray(index * size, (index + 1) * size));
    if (index === 0) {
      await stop();
      await start();
    }
  }
  const { urls } = await ask("POST", "/file/url", { uris: [uri] });
  const download = await fetch(urls[0].url);
  expect(Buffer.compare(Buffer.from(await download.arrayBuffer()), content)).toBe(0);
});

async function start(): Promise<void> {
  server = await uploadServer(folder, signingKey);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`;
}

async function stop(): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

/** The `data` of a successful answer, of whatever shape. */
async function ask(method: string, path: string, body: object): Promise<ReturnType<typeof JSON.parse>> {
  const bytes = Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const answer = await fetch(api + path, { method, body: bytes });
  const { code, msg, data } = (await answer.json()) as { code: number; msg: string; data: unknown };
  expect({ code, msg }).toEqual({ code: 0, msg: "" });
  return data;
}
