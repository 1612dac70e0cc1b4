import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { Receipt } from "@stowage/core";
import { chunkOf, never, scene, targetOf } from "./scene.js";
import { startWriter } from "./writer.js";

test.each([
  ["process", 60_000],
  ["process", 700_000],
  ["disk", 60_000],
] as const)(
  "kill -9 in the middle, durability %s, chunks of %d bytes: all that was receipted is there",
  async (durability, chunk) => {
    const at = await scene({ durability });
    const until = chunk * 400;
    const target = targetOf(null, "killed");
    const handle = await at.driver.begin(target, never);
    const writer = startWriter({
      root: at.root,
      target,
      handle,
      durability,
      chunk,
      fill: 0x61,
      until,
      waits: false,
      uid: null,
    });
    await writer.said((line) => (line.receipt?.offset ?? 0) >= chunk * 5);
    writer.process.kill("SIGKILL");
    await writer.ended;
    const receipts = writer.lines.flatMap((line): Receipt[] => (line.receipt === undefined ? [] : [line.receipt]));
    const kept = receipts.length * chunk;
    expect(receipts.length).toBeGreaterThan(5);
    expect(receipts.length).toBeLessThan(400);
    const sink = at.another().sink(handle, target);
    receipts.push(await sink.write(chunkOf(kept, Buffer.alloc(chunk, "b")), never));
    expect(await sink.complete(receipts, never)).toEqual({ key: "killed", size: kept + chunk });
    const stored = await readFile(join(at.root, "objects/killed"));
    expect(stored.equals(Buffer.concat([Buffer.alloc(kept, "a"), Buffer.alloc(chunk, "b")]))).toBe(true);
    expect(await at.files()).toEqual(["objects/killed"]);
    await at.end();
  },
  30_000,
);
