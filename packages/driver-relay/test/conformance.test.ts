import { describeDriver } from "@stowage/conformance/jest";
import { byteBudget } from "@stowage/core";
import { localFixture, memoryFixture, type Wishes } from "./fixtures.js";

// The kit's chunks have 1,000 bytes.
const grids: readonly (readonly [string, Wishes])[] = [
  ["one cell", {}],
  ["a cell for each chunk", { cell: 1_000 }],
  ["cells across chunks", { cell: 700 }],
  ["many cells in a chunk", { cell: 300 }],
];

for (const [name, wishes] of grids) {
  await describeDriver({
    name: `relay(memory), ${name}`,
    setup: async (runtime) => memoryFixture({}, wishes, runtime),
  });
  await describeDriver({ name: `relay(local), ${name}`, setup: (runtime) => localFixture(wishes, runtime) });
}

await describeDriver({
  name: "relay(local), a spool that survives power loss",
  setup: (runtime) => localFixture({ cell: 700 }, runtime, "disk"),
});

await describeDriver({
  name: "relay(memory), without memory for cells",
  setup: async (runtime) => memoryFixture({}, { cell: 300 }, { ...runtime, memory: byteBudget(0) }),
});
