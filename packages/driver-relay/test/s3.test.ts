import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { DriverFixture } from "@stowage/conformance";
import { describeDriver } from "@stowage/conformance/jest";
import { byteBudget, fromBytes, type Runtime } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import { memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { s3 } from "@stowage/driver-s3";
import { startS3Simulator } from "@stowage/servers";
import { optionsFor, storeFixture } from "../../driver-s3/test/store-fixture.js";
import { directorySpool, relay } from "../src/index.js";
import { anyCut, contentOf, sendThrough } from "./any-cut.js";
import { filesIn, overFixture, processes, type Wishes } from "./fixtures.js";

const least = 4096;
const part = { minSize: least };
const simulator = await startS3Simulator({ minPartSize: least });
afterAll(() => simulator.close());

async function s3Fixture(runtime: Runtime, wishes: Wishes): Promise<DriverFixture> {
  return overFixture(await storeFixture(simulator, runtime, { preset: "aws", part }), wishes, runtime);
}

for (const cell of [least, 8_388_608])
  await describeDriver({ name: `relay(s3), cells of ${cell}`, setup: (runtime) => s3Fixture(runtime, { cell }) });

test.each([1_000_000, 0])(
  "any cut of a file, any order, four writers, breaks: relay onto s3, %d bytes of memory",
  async (memory) => {
    const endings = fc.constantFrom("complete", "complete", "abort", "expire");
    const property = fc.asyncProperty(anyCut(100_000, 12_000), endings, async (cut, ending) => {
      const fixture = await s3Fixture(nodeRuntime({ memory: byteBudget(memory) }), { cell: least });
      try {
        const key = await sendThrough({ drivers: processes(fixture) }, cut, ending);
        if (key !== null)
          expect(Buffer.from((await fixture.readBack(key)) ?? []).equals(contentOf(cut.size))).toBe(true);
        expect(await fixture.leftovers?.()).toEqual([]);
      } finally {
        await fixture.close?.();
      }
    });
    await fc.assert(property, { numRuns: process.env["STOWAGE_EXTENDED"] === "1" ? 200 : 15 });
  },
  300_000,
);

describe("twenty appends of 1 MiB, in order, onto parts of 8 MiB", () => {
  const mebibyte = 1024 * 1024;
  test.each(["known", "unknown"])("the size is %s: at most ten calls to S3", async (size) => {
    const folder = await mkdtemp(join(tmpdir(), "stowage-relay-"));
    const counting = nodeRuntime({ memory: byteBudget(32 * mebibyte) });
    const server = await startS3Simulator();
    const driver = relay(
      s3(optionsFor(server, { preset: "aws" }), counting),
      { spool: directorySpool(folder) },
      counting,
    );
    const engine = createEngine({ store: memoryStore(), policies: [{ id: "s3", driver }], runtime: counting });
    try {
      const uploads = engine.as({ owner: "ada", groups: [] });
      const content = randomBytes(20 * mebibyte);
      const { id } = await uploads.create({
        policyId: "s3",
        protocol: "test",
        path: "/a",
        size: size === "known" ? content.byteLength : null,
        framing: "free",
        completion: "when-full",
      });
      for (let at = 0; at < content.byteLength; at += mebibyte)
        await uploads.write(id, { offset: at }, fromBytes(content.subarray(at, at + mebibyte)));
      const made =
        size === "known" ? await uploads.complete(id) : (await uploads.declareSize(id, content.byteLength)).object;
      expect(made?.size).toBe(content.byteLength);
      const calls = await server.calls();
      expect(Object.values(calls).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(10);
      expect(calls.UploadPart).toBe(3);
      const read: Uint8Array[] = [];
      const source = await driver.objects?.read?.(made?.key ?? "", null, { signal: new AbortController().signal });
      for await (const piece of source?.stream() ?? []) read.push(piece);
      expect(Buffer.concat(read).equals(content)).toBe(true);
      expect(await filesIn(folder, ["id"])).toEqual([]);
    } finally {
      await engine.close();
      await server.close();
      await rm(folder, { recursive: true });
    }
  });
});
