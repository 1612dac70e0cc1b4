import { memoryData, memoryStore } from "@stowage/core/memory";
import { describeDriver, describeStore } from "../../src/node-test.js";
import { blockFixture } from "../block-driver.js";
import { memoryFixture } from "../memory-fixtures.js";

await describeDriver({ name: "memory driver", setup: (runtime) => memoryFixture(runtime) });
await describeDriver({ name: "block driver", setup: blockFixture });
await describeStore({
  name: "memory store",
  setup: () => {
    const data = memoryData();
    return { store: memoryStore({ data }), newInstance: () => memoryStore({ data }) };
  },
});
