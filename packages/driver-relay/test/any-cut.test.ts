import * as fc from "fast-check";
import { describe, expect, test } from "@jest/globals";
import type { DriverFixture } from "@stowage/conformance";
import { byteBudget, type Runtime } from "@stowage/core";
import { retry } from "@stowage/core/layers";
import { nodeRuntime } from "@stowage/core/node";
import { anyCut, contentOf, sendThrough } from "./any-cut.js";
import { blocksFixture, failingOnce, hanging, localFixture, memoryFixture, processes } from "./fixtures.js";

const cell = 10_000;
const plain = { unsizedBody: false, partialChunks: false } as const;
const inners: readonly (readonly [string, (runtime: Runtime) => DriverFixture | Promise<DriverFixture>])[] = [
  ["local", (runtime) => localFixture({ cell }, runtime)],
  ["memory", (runtime) => memoryFixture({}, { cell }, runtime)],
  [
    "parts of one size",
    (runtime) => memoryFixture({ ...plain, part: { minSize: cell, uniform: true } }, { cell }, runtime),
  ],
  [
    "in order, multiples",
    (runtime) =>
      memoryFixture(
        { ...plain, ordering: { kind: "sequential" }, part: { minSize: 640, multipleOf: 320 } },
        { cell },
        runtime,
      ),
  ],
  ["at most 100 parts", (runtime) => memoryFixture({ ...plain, part: { maxCount: 100 } }, { cell: 100 }, runtime)],
  [
    "the size at begin",
    (runtime) => memoryFixture({ ...plain, deferredSize: false, passiveBegin: false }, { cell }, runtime),
  ],
  ["no fence", (runtime) => blocksFixture({ cell }, runtime)],
  [
    "parts that fail once each",
    (runtime) => memoryFixture(plain, { cell }, runtime, (inner) => retry({ baseMs: 1 })(failingOnce(inner))),
  ],
];

/** With room for some cells, and with none. */
const budgets = [8 * cell, 100];
const most = 200_000;
const isExtended = process.env["STOWAGE_EXTENDED"] === "1";
const runs = isExtended ? 160 : 16;

describe.each(inners)("any cut of a file, any order, four writers, breaks: relay onto %s", (_name, make) => {
  test.each(budgets)(
    "%d bytes of memory",
    async (budget) => {
      await fc.assert(
        fc.asyncProperty(
          anyCut(most, 25_000),
          fc.constantFrom("complete", "complete", "complete", "abort", "expire"),
          async (cut, ending) => {
            const fixture = await make(nodeRuntime({ memory: byteBudget(budget) }));
            try {
              const key = await sendThrough({ drivers: processes(fixture) }, cut, ending);
              if (key !== null)
                expect(Buffer.from((await fixture.readBack(key)) ?? []).equals(contentOf(cut.size))).toBe(true);
              expect(await fixture.leftovers?.()).toEqual([]);
            } finally {
              await fixture.close?.();
            }
          },
        ),
        { numRuns: runs },
      );
    },
    600_000,
  );
});

describe.each([
  ["memory", (runtime: Runtime) => memoryFixture({}, { cell }, runtime, (inner) => hanging(inner, 60))],
  ["local", (runtime: Runtime) => localFixture({ cell }, runtime, "process", (inner) => hanging(inner, 60))],
  [
    "in order",
    (runtime: Runtime) =>
      memoryFixture({ ordering: { kind: "sequential" } }, { cell, leaseMs: 30 }, runtime, (inner) =>
        hanging(inner, 60),
      ),
  ],
] as const)("two processes, writers that hang and are evicted: relay onto %s", (_name, make) => {
  test.each(budgets)(
    "%d bytes of memory",
    async (budget) => {
      const property = fc.asyncProperty(anyCut(most, 25_000), async (cut) => {
        const fixture = await make(nodeRuntime({ memory: byteBudget(budget) }));
        try {
          const key = await sendThrough({ drivers: processes(fixture), patienceMs: 15 }, cut, "complete");
          // Late parts land.
          await new Promise((resolve) => setTimeout(resolve, 80));
          expect(Buffer.from((await fixture.readBack(key ?? "")) ?? []).equals(contentOf(cut.size))).toBe(true);
        } finally {
          await fixture.close?.();
        }
      });
      await fc.assert(property, { numRuns: runs / 4 });
    },
    600_000,
  );
});

const mebibyte = 1024 * 1024;
/** As it is in earnest: cells of 8 MiB, ranges up to 20 MiB, strides of 32 MiB. */
const real = {
  cell: 8 * mebibyte,
  most: (isExtended ? 48 : 24) * mebibyte,
  range: 20 * mebibyte,
  stride: 32 * mebibyte,
};

describe.each([
  ["local", (runtime: Runtime) => localFixture({ cell: real.cell }, runtime)],
  [
    "parts of 5 MiB at least, of one size",
    (runtime: Runtime) =>
      memoryFixture(
        { ...plain, part: { minSize: 5 * mebibyte, maxCount: 10_000, uniform: true } },
        { cell: real.cell },
        runtime,
      ),
  ],
] as const)("ranges of 1 byte to 20 MiB: relay onto %s", (_name, make) => {
  test.each(isExtended ? [64 * mebibyte, 8 * mebibyte] : [32 * mebibyte])(
    "%d bytes of memory",
    async (budget) => {
      const property = fc.asyncProperty(anyCut(real.most, real.range), async (cut) => {
        const fixture = await make(nodeRuntime({ memory: byteBudget(budget) }));
        try {
          const surroundings = { drivers: processes(fixture), stride: real.stride };
          const key = await sendThrough(surroundings, cut, "complete");
          expect(Buffer.from((await fixture.readBack(key ?? "")) ?? []).equals(contentOf(cut.size))).toBe(true);
          expect(await fixture.leftovers?.()).toEqual([]);
        } finally {
          await fixture.close?.();
        }
      });
      await fc.assert(property, { numRuns: isExtended ? 4 : 1 });
    },
    600_000,
  );
});
