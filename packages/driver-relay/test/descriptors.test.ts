import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { memoryDriver } from "@stowage/core/memory";
import { directorySpool, relay } from "../src/index.js";
import { begin, calm, filled } from "./scene.js";

const [cells, cell] = [500, 100];
const proc = "/proc/self/fd";

(process.platform === "linux" ? test : test.skip)("a chunk of many cells holds few descriptors", async () => {
  const folder = await mkdtemp(join(tmpdir(), "stowage-relay-"));
  try {
    const driver = relay(memoryDriver({ ordering: { kind: "sequential" } }), { spool: directorySpool(folder), cell });
    const upload = await begin(driver, cells * cell);
    const before = (await readdir(proc)).length;
    let most = 0;
    async function* body(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < cells; at++) {
        yield filled(cell, "a");
        if (at % 50 === 49) most = Math.max(most, (await readdir(proc)).length);
      }
    }
    const source = { size: cells * cell, oneShot: true, stream: body };
    const receipt = await upload.write(0, source, { whole: true });
    expect(most - before).toBeLessThan(20);
    expect(await upload.sink.complete([receipt], calm)).toMatchObject({ size: cells * cell });
  } finally {
    await rm(folder, { recursive: true });
  }
});
