import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { call, download, openUpload, readSigned, sendChunk, sendHalf } from "./cloudreve-client.js";
import { gatewayProcess, killAll } from "./gateway-process.js";
import type { GatewayProcess } from "./gateway-process.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-gateway-"));
});
afterEach(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

const mebi = 1024 * 1024;
const start = (...more: string[]): GatewayProcess =>
  gatewayProcess(["--port", "0", "--data", join(folder, "data"), ...more]);
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The file cut as the session says. */
function chunkOf(file: Uint8Array, size: number, index: number): Uint8Array {
  return file.subarray(index * size, (index + 1) * size);
}

describe("uploads", () => {
  test("go in chunks, in any order, and come back the same", async () => {
    const gateway = start();
    const url = await gateway.ready;
    const file = randomBytes(20 * mebi + 17);
    const { session_id: id, chunk_size: size } = await openUpload(url, "deep/er/file.bin", file.byteLength);
    expect(size).toBe(8 * mebi);
    const answers = await Promise.all([2, 0, 1].map((index) => sendChunk(url, id, index, chunkOf(file, size, index))));
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(sha256(await download(url, "deep/er/file.bin"))).toBe(sha256(file));
    gateway.kill("SIGTERM");
    expect(await gateway.ended).toMatchObject({ code: 0, stderr: "" });
  }, 30_000);

  test("of over a million chunks are refused", async () => {
    const url = await start().ready;
    const limit = 8 * mebi * 1_000_000;
    const { session_id: id } = await openUpload(url, "largest", limit);
    const status = await call<{ chunk_count: number }>(url, "GET", `/file/upload/${id}`);
    expect(status.data.chunk_count).toBe(1_000_000);
    const body = { uri: "cloudreve://my/larger", size: limit + 1 };
    expect((await call(url, "PUT", "/file/upload", body)).code).toBe(40049);
  });

  test("go on after kill -9, and signed URLs stay good", async () => {
    const first = start();
    const before = await first.ready;
    const file = randomBytes(12 * mebi);
    const { session_id: id, chunk_size: size } = await openUpload(before, "file.bin", file.byteLength);
    expect((await sendChunk(before, id, 0, chunkOf(file, size, 0))).code).toBe(0);
    await call(before, "PUT", "/file/content?uri=cloudreve://my/small", Buffer.from("small"));
    const signed = await call<{ urls: { url: string }[] }>(before, "POST", "/file/url", {
      uris: ["cloudreve://my/small"],
    });
    const half = await sendHalf(before, id, 1, chunkOf(file, size, 1));
    half.sending.on("error", () => {});
    await sleep(100);
    first.kill("SIGKILL");
    await first.ended;
    const second = start();
    const after = await second.ready;
    const status = await call(after, "GET", `/file/upload/${id}`);
    expect(status).toMatchObject({ code: 0, data: { state: "open", received: size, missing_chunks: [1] } });
    expect((await sendChunk(after, id, 1, chunkOf(file, size, 1))).code).toBe(0);
    expect(sha256(await download(after, "file.bin"))).toBe(sha256(file));
    const old = new URL(signed.data.urls[0]?.url ?? "");
    expect(Buffer.from(await readSigned(after + old.pathname + old.search)).toString()).toBe("small");
  }, 30_000);
});

describe("signals", () => {
  test("SIGTERM lets a chunk come to its end", async () => {
    const gateway = start();
    const url = await gateway.ready;
    const file = randomBytes(mebi);
    const { session_id: id } = await openUpload(url, "file.bin", file.byteLength);
    const half = await sendHalf(url, id, 0, file);
    await sleep(100);
    gateway.kill("SIGTERM");
    await sleep(500);
    await expect(fetch(`${url}/livez`)).rejects.toThrow("fetch failed");
    expect(await half.finish()).toBe(0);
    expect(await gateway.ended).toMatchObject({ code: 0, stderr: "" });
    const next = start();
    expect(sha256(await download(await next.ready, "file.bin"))).toBe(sha256(file));
  }, 30_000);

  test("a second one does not wait for it", async () => {
    const gateway = start();
    const url = await gateway.ready;
    const file = randomBytes(12 * mebi);
    const { session_id: id, chunk_size: size } = await openUpload(url, "file.bin", file.byteLength);
    expect((await sendChunk(url, id, 0, chunkOf(file, size, 0))).code).toBe(0);
    const half = await sendHalf(url, id, 1, chunkOf(file, size, 1));
    half.sending.on("error", () => {});
    await sleep(100);
    gateway.kill("SIGTERM");
    await sleep(1500);
    const began = performance.now();
    gateway.kill("SIGTERM");
    expect(await gateway.ended).toMatchObject({ code: 0 });
    expect(performance.now() - began).toBeLessThan(2500);
    const next = start();
    const after = await next.ready;
    expect((await sendChunk(after, id, 1, chunkOf(file, size, 1))).code).toBe(0);
    expect(sha256(await download(after, "file.bin"))).toBe(sha256(file));
  }, 30_000);

  test("an echo of the first is no second one", async () => {
    const gateway = start();
    const url = await gateway.ready;
    const { session_id: id } = await openUpload(url, "file.bin", 1000);
    const half = await sendHalf(url, id, 0, randomBytes(1000));
    await sleep(100);
    // Two different ones: the kernel makes one of two that are the same.
    gateway.kill("SIGINT");
    gateway.kill("SIGTERM");
    await sleep(500);
    expect(await half.finish()).toBe(0);
    expect(await gateway.ended).toMatchObject({ code: 0 });
  }, 30_000);
});

test("connections that carry no request do not hold up the end", async () => {
  const gateway = start();
  const { port, hostname } = new URL(await gateway.ready);
  const sockets = ["", "GET /livez HTTP/1.1\r\nHost: "].map((text) => {
    const socket = connect({ port: Number(port), host: hostname });
    socket.on("error", () => {});
    socket.write(text);
    return socket;
  });
  await Promise.all(sockets.map(async (socket) => new Promise((resolve) => socket.once("connect", resolve))));
  await sleep(200);
  const began = performance.now();
  gateway.kill("SIGHUP");
  expect(await gateway.ended).toMatchObject({ code: 0, signal: null });
  expect(performance.now() - began).toBeLessThan(5000);
}, 30_000);

describe("mistakes at the start are one line", () => {
  test("a port that is taken", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const { code, stderr, stdout } = await gatewayProcess(["--port", String(port), "--data", folder]).ended;
    await new Promise((resolve) => taken.close(resolve));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(
      `stowage: port ${port} of 127.0.0.1 is taken: choose another with --port, or --port 0 for any free one\n`,
    );
  });

  test("a data folder that is none", async () => {
    await writeFile(join(folder, "data"), "a file");
    const { code, stderr } = await start().ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^stowage: data folder .*data cannot be used \(E\w+\): choose another with --data\n$/);
  });

  test("a data folder in which nothing can be stored", async () => {
    await mkdir(join(folder, "data"));
    await writeFile(join(folder, "data", "files"), "a file");
    const { code, stdout, stderr } = await start().ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^stowage: policy default cannot be used: root: [^\n]+ \(?E\w+[^\n]+: create it, on a mounted disk[^\n]+\n$/,
    );
  });

  test("an address of another machine", async () => {
    const { code, stderr } = await start("--host", "192.0.2.1").ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "stowage: cannot listen on 192.0.2.1, port 0: EADDRNOTAVAIL\n",
    });
  });

  test.each([[["--prot", "1"]], [["--port"]], [["--port", "http"]], [["--port", "65536"]], [["extra"]]])(
    "%j",
    async (flags) => {
      const { code, stderr, stdout } = await gatewayProcess(flags).ended;
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^stowage: [^\n]+\nstowage: --help tells what there is\n$/);
    },
  );

  test("--help is none", async () => {
    const { code, stdout, stderr } = await gatewayProcess(["--help"]).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const flag of ["--port", "--host", "--data", "STOWAGE_PORT"]) expect(stdout).toContain(flag);
  });
});

describe("who may", () => {
  test("is whoever sits at this machine, and asks for it by name", async () => {
    const url = await start().ready;
    const { port } = new URL(url);
    const code = async (fields: Record<string, string>): Promise<number> => {
      // Not fetch: it does not let a caller choose the Host field.
      const { request } = await import("node:http");
      const text = await new Promise<string>((resolve, reject) => {
        const sending = request(`${url}/api/v4/file?uri=cloudreve://my/`, { headers: fields }, (response) => {
          let all = "";
          response.on("data", (piece) => (all += String(piece))).once("end", () => resolve(all));
        });
        sending.once("error", reject).end();
      });
      return (JSON.parse(text) as { code: number }).code;
    };
    expect(await code({})).toBe(0);
    expect(await code({ host: `localhost:${port}`, origin: "http://localhost:3000" })).toBe(0);
    expect(await code({ host: `rebound.example:${port}` })).toBe(401);
    expect(await code({ origin: "https://evil.example" })).toBe(401);
    expect(await code({ origin: "null" })).toBe(401);
    for (const field of ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "cf-connecting-ip", "via"])
      expect([field, await code({ [field]: "203.0.113.9" })]).toEqual([field, 401]);
    expect(await code({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toBe(401);
    expect(await code({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).toBe(0);
    expect(await code({ "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" })).toBe(0);
  });

  test("is nobody who came by a proxy that speaks HTTP/1.0, or names no host", async () => {
    const { port, hostname } = new URL(await start().ready);
    const ask = async (head: string): Promise<string> => {
      const socket = connect({ port: Number(port), host: hostname });
      socket.write(`GET /api/v4/file?uri=cloudreve://my/ ${head}\r\nConnection: close\r\n\r\n`);
      let text = "";
      for await (const piece of socket) text += String(piece);
      return text;
    };
    expect(await ask(`HTTP/1.1\r\nHost: 127.0.0.1:${port}`)).toContain('"code":0');
    expect(await ask(`HTTP/1.0\r\nHost: 127.0.0.1:${port}`)).toContain('"code":401');
    expect(await ask("HTTP/1.0")).toContain('"code":401');
  });

  test("is nobody where others can reach it", async () => {
    const gateway = start("--host", "0.0.0.0");
    const { port } = new URL(await gateway.ready);
    expect((await call(`http://127.0.0.1:${port}`, "GET", "/file?uri=cloudreve://my/")).code).toBe(401);
    gateway.kill("SIGTERM");
    expect((await gateway.ended).stdout).toContain("nobody may upload");
  });
});

test("variables stand in for flags, and the folder is its owner's", async () => {
  const data = join(folder, "by-variable");
  const gateway = gatewayProcess([], { STOWAGE_PORT: "0", STOWAGE_DATA: data, STOWAGE_LOG: "info" });
  const url = await gateway.ready;
  await call(url, "GET", "/site/ping?secret=hidden");
  gateway.kill("SIGTERM");
  const { stderr } = await gateway.ended;
  expect(JSON.parse(stderr.split("\n")[0] ?? "")).toMatchObject({
    msg: "request",
    path: "/api/v4/site/ping",
    status: 200,
  });
  expect(stderr).not.toContain("hidden");
  expect((await stat(data)).mode & 0o777).toBe(0o700);
  expect((await stat(join(data, "signing.key"))).mode & 0o777).toBe(0o600);
  expect((await readFile(join(data, "signing.key"), "utf8")).trim()).toMatch(/^[\w-]{43}$/);
});

test("two gateways that start at once share a new folder", async () => {
  const both = [start(), start()];
  const urls = await Promise.all(both.map((gateway) => gateway.ready));
  const [one = "", two = ""] = urls;
  await call(one, "PUT", "/file/content?uri=cloudreve://my/shared", Buffer.from("by the first"));
  const signed = await call<{ urls: { url: string }[] }>(one, "POST", "/file/url", { uris: ["cloudreve://my/shared"] });
  const { pathname, search } = new URL(signed.data.urls[0]?.url ?? "");
  expect(Buffer.from(await readSigned(two + pathname + search)).toString()).toBe("by the first");
});
