import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { upload, UploadFailure } from "../src/index.js";
import { fileSource } from "../src/node/index.js";
import { content, openSite } from "./site.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-node-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function stored(size: number): Promise<string> {
  const path = join(folder, "file.bin");
  await writeFile(path, content(size));
  return path;
}

describe("a file of this machine", () => {
  test("tells its progress within a chunk", async () => {
    const site = await openSite({ policy: { chunks: { size: 1_000_000, parallel: 1 } } });
    const seen: number[] = [];
    const { done } = upload(await fileSource(await stored(1_000_000)), {
      to: site.to,
      token: "t",
      resume: null,
      onProgress: ({ sent }) => void seen.push(sent),
    });
    expect(await done).toMatchObject({ isVerified: true });
    expect(await site.read("/file.bin")).toEqual(content(1_000_000));
    expect(seen.length).toBeGreaterThan(10);
    expect(seen.every((sent, index) => index === 0 || sent > (seen[index - 1] ?? 0))).toBe(true);
    await site.close();
  });

  test("of chunks that do not fit into memory at once goes out too", async () => {
    const site = await openSite({ policy: { chunks: { size: 18_000_000, parallel: 1 } } });
    const { done } = upload(await fileSource(await stored(18_000_001)), { to: site.to, token: "t", resume: null });
    expect(await done).toMatchObject({ isVerified: true });
    await site.close();
  }, 60_000);

  test("hears what the server says before the body has ended", async () => {
    const server = createServer((asked, answer) => {
      if (asked.method === "PUT") {
        answer.writeHead(403, { "content-type": "application/problem+json" });
        return void answer.end(JSON.stringify({ code: "FORBIDDEN", title: "no", retryable: false }));
      }
      asked.resume();
      const session = { id: "i", state: "open", size: 9e6, chunkSize: 9e6, chunkCount: 1, parallel: 1, received: 0 };
      answer.end(JSON.stringify({ ...session, transfer: "through", missing: [{ start: 0, end: 1 }] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { done } = upload(await fileSource(await stored(9_000_000)), { to, resume: null });
    await expect(done).rejects.toMatchObject({ code: "FORBIDDEN", status: 403 });
    server.closeAllConnections();
    server.close();
  });
});

test("each pause between attempts is told, with what went wrong", async () => {
  let refusals = 2;
  const site = await openSite({
    interfere: ({ method }) => (method === "PUT" && refusals-- > 0 ? { status: 503, headers: {} } : null),
  });
  const waits: [UploadFailure, number][] = [];
  const { done } = upload(await fileSource(await stored(10)), {
    to: site.to,
    token: "t",
    resume: null,
    backoffMs: 8,
    onRetry: (failure, waitMs) => void waits.push([failure, waitMs]),
  });
  await done;
  expect(waits.map(([{ status }]) => status)).toEqual([503, 503]);
  expect(waits.every(([, waitMs], tries) => waitMs >= 0 && waitMs <= 8 * 2 ** tries)).toBe(true);
  await site.close();
});
