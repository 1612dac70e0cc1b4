import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { nodeKey, runMaster, runSlave } from "./options/nodes.js";
import { ask, closeAll, open, run, upload } from "./running-gateway.js";
import type { Parts, Running } from "./running-gateway.js";

jest.setTimeout(60_000);

let slave: Running;
beforeEach(async () => {
  slave = await runSlave();
});
afterEach(closeAll);

const whole = randomBytes(250_001);
const sha = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const chunked: Parts = { chunks: { size: 100_000, parallel: 4 }, relay: { use: "needed" } };

async function download(url: string, path: string): Promise<Buffer> {
  const answer = await fetch(`${url}/uploads/files/content?path=${encodeURIComponent(path)}`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

async function until(isSo: () => Promise<boolean>, ms: number): Promise<void> {
  const end = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms`);
    await sleep(50);
  }
}

const isListed = async (url: string, path: string): Promise<boolean> =>
  (await ask(url, "GET", `/uploads/files/info?path=${encodeURIComponent(path)}`)).status === 200;

describe("through the master", () => {
  test("a file in parallel chunks is on the node, listed and read in ranges, and goes", async () => {
    const { url } = await runMaster({ url: slave.url }, chunked);
    const { body } = await open(url, "/film.bin", whole.length);
    expect(body).toMatchObject({ chunkSize: 100_000, chunkCount: 3, transfer: "through" });
    const send = (index: number) =>
      ask(url, "PUT", `/uploads/sessions/${String(body["id"])}/chunks/${index}`, {
        body: whole.subarray(index * 100_000, (index + 1) * 100_000),
      });
    const answers = await Promise.all([2, 0, 1].map(send));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(sha(await download(url, "/film.bin"))).toBe(sha(whole));
    const part = await fetch(`${url}/uploads/files/content?path=/film.bin`, {
      headers: { range: "bytes=99990-100009" },
    });
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(99_990, 100_010))).toBe(true);
    expect((await ask(url, "DELETE", "/uploads/files?path=/film.bin")).status).toBeLessThan(300);
    expect(await isListed(url, "/film.bin")).toBe(false);
  });

  test("a client that cuts its file itself goes through the relay", async () => {
    const { url } = await runMaster({ url: slave.url }, chunked);
    const id = crypto.randomUUID();
    for (const [start, end] of [
      [0, 7],
      [7, 150_003],
      [150_003, whole.length],
    ] as const) {
      const headers = { "content-range": `bytes ${start}-${end - 1}/${whole.length}` };
      const path = `/ImageStore/cut.bin/$/UploadChunk?api-version=6.0&session-id=${id}`;
      expect((await ask(url, "PUT", path, { headers, body: whole.subarray(start, end) })).status).toBe(200);
    }
    const commit = `/ImageStore/$/CommitUploadSession?api-version=6.0&session-id=${id}`;
    expect((await ask(url, "POST", commit)).status).toBe(200);
    expect(sha(await download(url, "/cut.bin"))).toBe(sha(whole));
  });
});

describe("straight to the node", () => {
  test("as a client of Cloudreve does it: the node's callback ends the upload", async () => {
    const { url } = await runMaster({ url: slave.url }, { ...chunked, transfer: "direct" });
    const created = await ask(url, "PUT", "/api/v4/file/upload", {
      json: { uri: "cloudreve://my/direct.bin", size: whole.length, policy_id: "a" },
    });
    const session = created.body["data"] as Parts & { upload_urls: string[]; credential: string };
    expect(session).toMatchObject({ chunk_size: 100_000, storage_policy: { type: "remote", chunk_concurrency: 4 } });
    const [to = ""] = session.upload_urls;
    expect(new URL(to).origin).toBe(slave.url);
    const page = { origin: "https://files.example" };
    const preflight = await fetch(to, {
      method: "OPTIONS",
      headers: { ...page, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("authorization");
    const send = async (index: number): Promise<unknown> => {
      const headers = { ...page, authorization: session.credential, "content-type": "application/octet-stream" };
      const body = new Uint8Array(whole.subarray(index * 100_000, (index + 1) * 100_000));
      const answer = await fetch(`${to}?chunk=${index}`, { method: "POST", headers, body });
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      return ((await answer.json()) as { code: number }).code;
    };
    expect(await Promise.all([1, 2, 0].map(send))).toEqual([0, 0, 0]);
    await until(() => isListed(url, "/direct.bin"), 5000);
    expect(sha(await download(url, "/direct.bin"))).toBe(sha(whole));
  });

  test("and on through the master: whoever sends the last chunk, the file is there at once", async () => {
    const { url } = await runMaster({ url: slave.url }, { ...chunked, transfer: "direct" });
    const created = await ask(url, "PUT", "/api/v4/file/upload", {
      json: { uri: "cloudreve://my/mixed.bin", size: whole.length, policy_id: "a" },
    });
    const session = created.body["data"] as { session_id: string; upload_urls: string[]; credential: string };
    for (const index of [2, 0]) {
      const body = new Uint8Array(whole.subarray(index * 100_000, (index + 1) * 100_000));
      const headers = { authorization: session.credential };
      await fetch(`${session.upload_urls[0]}?chunk=${index}`, { method: "POST", headers, body });
    }
    const began = performance.now();
    const last = await ask(url, "POST", `/api/v4/file/upload/${session.session_id}/1`, {
      body: whole.subarray(100_000, 200_000),
    });
    expect(last.body).toMatchObject({ code: 0 });
    await until(() => isListed(url, "/mixed.bin"), 5000);
    expect(performance.now() - began).toBeLessThan(3000);
    expect(sha(await download(url, "/mixed.bin"))).toBe(sha(whole));
  });

  test("as our own client does it: by grants, and a completion at the master", async () => {
    const { url } = await runMaster({ url: slave.url }, { ...chunked, transfer: "direct" });
    const { body } = await open(url, "/granted.bin", whole.length);
    const session = `/uploads/sessions/${String(body["id"])}`;
    const early = await ask(url, "POST", `${session}/complete`);
    expect([early.status, early.body["type"]]).toEqual([409, "urn:stowage:problem:upload-incomplete"]);
    const granted = await ask(url, "POST", `${session}/grant`, { json: { start: 0, end: 3 } });
    const requests = granted.body["requests"] as { url: string; method: string; headers: Record<string, string> }[];
    for (const [index, request] of requests.entries()) {
      const bytes = new Uint8Array(whole.subarray(index * 100_000, (index + 1) * 100_000));
      expect((await fetch(request.url, { ...request, body: bytes })).status).toBe(200);
    }
    expect(await isListed(url, "/granted.bin")).toBe(false);
    expect((await ask(url, "POST", `${session}/complete`)).status).toBe(200);
    expect(sha(await download(url, "/granted.bin"))).toBe(sha(whole));
  });
});

describe("a node that is down", () => {
  test("and comes back while its master is starting: it starts", async () => {
    let count = 0;
    const line = createServer((socket) => {
      count += 1;
      if (count === 1) return void socket.resetAndDestroy();
      const far = connect(Number(new URL(slave.url).port), "127.0.0.1");
      for (const end of [socket, far]) end.on("error", () => end.destroy());
      socket.pipe(far).pipe(socket);
    });
    await once(line.listen(0, "127.0.0.1"), "listening");
    try {
      const { url } = await runMaster({ url: `http://127.0.0.1:${(line.address() as AddressInfo).port}` }, chunked);
      expect(count).toBeGreaterThan(1);
      expect((await upload(url, "/back.bin", Buffer.from("bytes"))).status).toBe(200);
    } finally {
      line.close();
    }
  });

  test("stops no master from starting, gets no uploads while another policy matches, and is used again when it is back", async () => {
    await slave.close();
    const master = await run((folder) => ({
      nodes: { far: { url: slave.url, key: nodeKey, timeout: "1s" } },
      policies: {
        far: { driver: "remote", options: { node: "far" } },
        near: { driver: "local", options: { root: `${folder}/near` } },
      },
      routing: [{ use: { far: 1_000_000, near: 1 } }],
    }));
    const policyNow = async (): Promise<unknown> => {
      const { body } = await open(master.url, `/${crypto.randomUUID()}`, 5);
      return body["policy"];
    };
    await until(async () => (await policyNow()) === "near", 3000);
    expect((await upload(master.url, "/near.bin", Buffer.from("bytes"))).status).toBe(200);
    const port = Number(new URL(slave.url).port);
    await runSlave({}, { listen: { port } }, { folder: slave.folder, overrides: { data: `${slave.folder}/data` } });
    await until(async () => (await policyNow()) === "far", 20_000);
    expect((await upload(master.url, "/far.bin", Buffer.from("bytes"))).status).toBe(200);
  });
});
