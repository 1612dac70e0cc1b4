import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "@jest/globals";
import { startS3Simulator } from "@stowage/servers";
import { clientOf, optionsFor, readObject } from "../../driver-s3/test/store-fixture.js";
import type { AppendOrders } from "./append-process.js";
import { filesIn } from "./fixtures.js";

/** What the process says. */
interface Line {
  readonly upload?: string;
  readonly offset?: number;
  readonly acknowledged?: number;
  readonly halfWay?: boolean;
  readonly complete?: number;
}

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** Runs it until it is half way in an append, kills it then, or lets it complete; resolves with what it said. */
async function appendAndDie(orders: AppendOrders, restMs: number): Promise<readonly Line[]> {
  const typescript = createRequire(import.meta.url).resolve("@stowage/config/typescript");
  const script = fileURLToPath(new URL("append-process.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    ["--import", typescript, "-C", "@stowage/source", script, JSON.stringify(orders)],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  children.add(child);
  const lines: Line[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) lines.push(JSON.parse(part) as Line);
    // Now, or when what the last append made full is on its way to S3, or there.
    if (lines.some(({ halfWay }) => halfWay)) setTimeout(() => child.kill("SIGKILL"), restMs);
  });
  await new Promise((resolve) => child.on("close", resolve));
  children.delete(child);
  return lines;
}

const mebibyte = 1024 * 1024;
const isExtended = process.env["STOWAGE_EXTENDED"] === "1";

test("twenty appends, kill -9 between any two and inside each: no acknowledged byte is lost", async () => {
  const folder = await mkdtemp(join(tmpdir(), "stowage-relay-"));
  const server = await startS3Simulator();
  const client = clientOf(server);
  try {
    const size = 20 * mebibyte;
    const spool = join(folder, "spool");
    const orders = { s3: optionsFor(server, { preset: "aws" }), database: join(folder, "sessions.db"), spool, size };
    let upload: string | null = null;
    let acknowledged = 0;
    for (let run = 0; run < 30; run++) {
      const count = isExtended ? 1 : 1 + (run % 3);
      const lines = await appendAndDie({ ...orders, upload, append: mebibyte, count }, (run % 4) * 30);
      upload = lines[0]?.upload ?? upload;
      expect(lines[0]?.offset).toBeGreaterThanOrEqual(acknowledged);
      acknowledged = lines.findLast((line) => line.acknowledged !== undefined)?.acknowledged ?? acknowledged;
      if (lines.at(-1)?.complete === size) break;
    }
    expect(acknowledged).toBe(size);
    const { objects, uploads } = await server.leftovers();
    expect([objects.length, uploads]).toEqual([1, []]);
    const object = Buffer.from((await readObject(client, server.bucket, objects[0]?.key ?? "")) ?? []);
    const parts = Array.from({ length: 20 }, (_, index) => Buffer.alloc(mebibyte, index));
    expect(object.equals(Buffer.concat(parts))).toBe(true);
    expect(await filesIn(spool, ["id"])).toEqual([]);
    expect(Object.values(await server.calls()).reduce((sum, calls) => sum + calls, 0)).toBeLessThanOrEqual(10);
  } finally {
    client.destroy();
    await server.close();
    await rm(folder, { recursive: true });
  }
}, 240_000);
