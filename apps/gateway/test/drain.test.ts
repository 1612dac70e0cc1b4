import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gatewayProcess, killAll } from "./gateway-process.js";
import type { GatewayProcess } from "./gateway-process.js";
import { sendHalf } from "./half-chunk.js";
import type { HalfChunk } from "./half-chunk.js";
import { ask, open } from "./running-gateway.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-drain-"));
});
afterEach(async () => {
  await killAll();
  await rm(folder, { recursive: true });
});

const mebi = 1024 * 1024;
const start = (): GatewayProcess =>
  gatewayProcess(["--port", "0", "--data", join(folder, "data")], { STOWAGE_LOG: "info" });

/** Half of a chunk of a new upload on its way, through either front-end. */
async function halves(url: string, bytes: Uint8Array): Promise<readonly [native: HalfChunk, cloudreve: HalfChunk]> {
  const { body } = await open(url, "/by-native", bytes.byteLength);
  const made = await ask(url, "PUT", "/api/v4/file/upload", {
    json: { uri: "cloudreve://my/by-cloudreve", size: bytes.byteLength },
  });
  const { session_id: id } = made.body["data"] as { session_id: string };
  const both = await Promise.all([
    sendHalf(`${url}/uploads/sessions/${String(body["id"])}/chunks/0`, { method: "PUT", bytes }),
    sendHalf(`${url}/api/v4/file/upload/${id}/0`, { method: "POST", bytes }),
  ]);
  await sleep(200);
  return both;
}

/** A connection on which a question has begun. */
async function begun(url: string, head: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  await new Promise((resolve) => socket.write(head, resolve));
  return socket;
}

async function textOf(socket: Socket): Promise<string> {
  let text = "";
  for await (const piece of socket) text += String(piece);
  return text;
}

describe("a drain", () => {
  test("lets uploads of both front-ends come to their end, and says that it is one", async () => {
    const gateway = start();
    const url = await gateway.ready;
    const bytes = randomBytes(mebi);
    const [native, cloudreve] = await halves(url, bytes);
    const asking = await begun(url, "GET /readyz HTTP/1.1\r\nhost: localhost\r\n");
    await sleep(100);
    gateway.kill("SIGTERM");
    await sleep(300);
    asking.write("\r\n");
    const ready = await textOf(asking);
    expect(ready).toMatch(/^HTTP\/1\.1 503 /);
    expect(ready).toContain('{"status":"draining","policies":{"default":"healthy"}}');
    await expect(fetch(`${url}/readyz`)).rejects.toThrow("fetch failed");
    expect(await native.finish()).toMatchObject({ status: 200, body: { completed: true } });
    expect(await cloudreve.finish()).toMatchObject({ status: 200, body: { code: 0 } });
    const { code, stderr } = await gateway.ended;
    expect(code).toBe(0);
    // The last lines are of what ended last.
    const paths = stderr
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [(JSON.parse(line) as { path: string }).path]));
    expect(paths.filter((path) => /chunks\/0$|upload\/[^/]+\/0$/.test(path))).toHaveLength(2);

    const next = await start().ready;
    for (const path of ["/by-native", "/by-cloudreve"]) {
      const content = await fetch(`${next}/uploads/files/content?path=${path}`);
      expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
    }
  }, 30_000);

  test("counts to the last: metrics can be read while uploads come to their end", async () => {
    const gateway = start();
    const url = await gateway.ready;
    const [native, cloudreve] = await halves(url, randomBytes(mebi));
    const asking = await begun(url, "GET /metrics HTTP/1.1\r\nhost: localhost\r\n");
    await sleep(100);
    gateway.kill("SIGTERM");
    await sleep(300);
    asking.write("\r\n");
    expect(await textOf(asking)).toContain("\nstowage_writes_in_flight 2\n");
    native.cut();
    cloudreve.cut();
    expect(await gateway.ended).toMatchObject({ code: 0 });
  }, 30_000);
});
