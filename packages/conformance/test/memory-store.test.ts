import { memoryData, memoryStore } from "@stowage/core/memory";
import { describeStore } from "../src/jest.js";

await describeStore({
  name: "memory store",
  setup: () => {
    const data = memoryData();
    return { store: memoryStore({ data }), newInstance: () => memoryStore({ data }) };
  },
});
