import { describeDriver } from "@stowage/conformance/jest";
import { retry } from "@stowage/core/layers";
import type { MemoryDriverOptions } from "@stowage/core/memory";
import { blocksFixture, failingOnce, memoryFixture, type Wishes } from "./fixtures.js";

const kibibyte = 1024;
/** As little as a driver can do, but for one thing each. */
const plain = { unsizedBody: false, partialChunks: false } as const;
const narrow: readonly (readonly [string, MemoryDriverOptions, Wishes])[] = [
  ["5 MiB parts of one size", { ...plain, part: { minSize: 5_242_880, maxCount: 10_000, uniform: true } }, {}],
  ["parts of one size, cut small", { ...plain, part: { minSize: 700, maxSize: 700, uniform: true } }, {}],
  [
    "in order, multiples of 320 KiB",
    { ...plain, ordering: { kind: "sequential" }, part: { minSize: 320 * kibibyte, multipleOf: 320 * kibibyte } },
    {},
  ],
  ["in order, cut small", { ...plain, ordering: { kind: "sequential" }, part: { multipleOf: 320 } }, { cell: 640 }],
  ["in order, cells of a chunk", { ordering: { kind: "sequential" } }, { cell: 1_000 }],
  ["at most 100 parts", { ...plain, part: { maxCount: 100 } }, { cell: 10 }],
  ["one part", { ...plain, part: { maxCount: 1 } }, { cell: 100 }],
  ["one part at a time", { ...plain, ordering: { kind: "any", maxParallel: 1 } }, { cell: 300 }],
  ["no partial chunks", { partialChunks: false }, { cell: 1_000 }],
  ["what came first stays", { ...plain, writeOnce: true }, { cell: 500 }],
  ["an active begin", { ...plain, passiveBegin: false }, { cell: 300 }],
  ["the size at begin", { ...plain, deferredSize: false }, { cell: 300 }],
  [
    "the size at an active begin, in order",
    { ...plain, deferredSize: false, passiveBegin: false, ordering: { kind: "sequential" } },
    { cell: 300 },
  ],
  ["the size at begin, nothing read back", { ...plain, deferredSize: false, objects: false }, { cell: 300 }],
];

for (const [name, inner, wishes] of narrow)
  await describeDriver({
    name: `relay(memory: ${name})`,
    setup: async (runtime) => memoryFixture(inner, wishes, runtime),
  });

for (const cell of [300, 1_000])
  await describeDriver({
    name: `relay(memory: each part fails once), cells of ${cell}`,
    setup: async (runtime) =>
      memoryFixture(plain, { cell }, runtime, (inner) => retry({ baseMs: 1 })(failingOnce(inner))),
  });

for (const cell of [300, 1_000, 8_000])
  await describeDriver({
    name: `relay(blocks, without a fence), cells of ${cell}`,
    setup: async (runtime) => blocksFixture({ cell }, runtime),
  });
