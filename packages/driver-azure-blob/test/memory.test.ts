import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createRequire } from "node:module";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "@jest/globals";
import type { Receipt } from "@stowage/core";
import { startAzurite } from "@stowage/servers";
import { containerOf, optionsFor } from "./azure-fixture.js";

const mib = 1024 * 1024;
const server = await startAzurite();
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill();
  await server.close();
});

// Peak memory is read from /proc, which only Linux has.
const onLinux = process.platform === "linux" ? test : test.skip;

onLinux.each([
  ["of known length", true],
  ["of unknown length", false],
])(
  "300 MiB in one chunk %s: memory grows by less than 32 MiB",
  async (_, isSized) => {
    const size = 300 * mib;
    const { pid, port } = await receiver();
    // What is loaded and compiled with the first chunk is no memory of bodies; buffers for blocks are, so it is a small one.
    await send(port, { key: `small-${isSized}`, size: 64 * 1024, isSized });
    // Nor is it ours what Node takes to receive as much and throw it away, some 40 MiB.
    await forgetPeak(pid);
    expect(await send(port, { method: "POST", key: "", size, isSized })).toEqual({ size });
    const before = await resident(pid, "VmHWM");
    await forgetPeak(pid);
    const key = `large-${isSized}`;
    const receipt = await send(port, { key, size, isSized });
    expect([receipt.size, receipt.token.split(":")[1]]).toEqual([size, `${4 * mib}*75`]);
    expect((await resident(pid, "VmHWM")) - before).toBeLessThan(32 * mib);
    const { contentLength } = await containerOf(server).getBlobClient(key).getProperties();
    expect(contentLength).toBe(size);
  },
  120_000,
);

async function receiver(): Promise<{ readonly pid: number; readonly port: number }> {
  const typescript = createRequire(import.meta.url).resolve("@stowage/config/typescript");
  const main = fileURLToPath(new URL("receiving-process.ts", import.meta.url));
  const { NODE_OPTIONS: _ours, NODE_ENV: _test, ...env } = process.env;
  const parameters = ["--import", typescript, "--conditions", "@stowage/source", main];
  const child = spawn(process.execPath, [...parameters, JSON.stringify(optionsFor(server))], { env });
  children.push(child);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { pid: child.pid ?? 0, port: Number(line.toString()) };
}

interface Sending {
  readonly method?: "POST" | "PUT";
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Whether the length is told. */
  readonly isSized: boolean;
}

async function send(port: number, { method = "PUT", key, size, isSized }: Sending): Promise<Receipt> {
  const headers = isSized ? { "content-length": size } : {};
  const outgoing = request({ host: "127.0.0.1", port, path: `/${key}`, method, headers });
  const answered = once(outgoing, "response") as Promise<[AsyncIterable<Buffer>]>;
  const piece = Buffer.alloc(64 * 1024, "piece");
  for (let left = size; left > 0; left -= piece.byteLength) if (!outgoing.write(piece)) await once(outgoing, "drain");
  outgoing.end();
  const [answer] = await answered;
  return (await json(answer as never)) as Receipt;
}

function forgetPeak(pid: number): Promise<void> {
  return writeFile(`/proc/${pid}/clear_refs`, "5");
}

async function resident(pid: number, field: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
}
