import { afterAll, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { DriverFixture } from "@stowage/conformance";
import { describeDriver } from "@stowage/conformance/jest";
import { byteBudget, type Runtime } from "@stowage/core";
import { nodeRuntime } from "@stowage/core/node";
import { startAzurite } from "@stowage/servers";
import { azureFixture } from "../../driver-azure-blob/test/azure-fixture.js";
import { anyCut, contentOf, sendThrough } from "./any-cut.js";
import { overFixture, processes } from "./fixtures.js";

const azurite = await startAzurite();
afterAll(() => azurite.close());

const cell = 4_096;
const make = (runtime: Runtime, size: number): Promise<DriverFixture> =>
  azureFixture(azurite, runtime).then((fixture) => overFixture(fixture, { cell: size }, runtime));

for (const size of [700, 8_388_608])
  await describeDriver({ name: `relay(azure-blob), cells of ${size}`, setup: (runtime) => make(runtime, size) });

test("any cut of a file, any order, four writers, breaks: relay onto azure-blob", async () => {
  const endings = fc.constantFrom("complete", "complete", "abort", "expire");
  const property = fc.asyncProperty(anyCut(100_000, 12_000), endings, async (cut, ending) => {
    const fixture = await make(nodeRuntime({ memory: byteBudget(1_000_000) }), cell);
    try {
      const key = await sendThrough({ drivers: processes(fixture) }, cut, ending);
      if (key !== null) expect(Buffer.from((await fixture.readBack(key)) ?? []).equals(contentOf(cut.size))).toBe(true);
      expect(await fixture.leftovers?.()).toEqual([]);
    } finally {
      await fixture.close?.();
    }
  });
  await fc.assert(property, { numRuns: process.env["STOWAGE_EXTENDED"] === "1" ? 100 : 10 });
}, 300_000);
