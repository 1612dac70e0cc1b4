import { describeDriver } from "@stowage/conformance/jest";
import { shelf } from "../src/shelf.js";

await describeDriver({
  name: "shelf",
  setup: async () => {
    const backend: Parameters<typeof shelf> = [new Map(), new Map()];
    const [open, stowed] = backend;
    return {
      driver: shelf(...backend),
      newInstance: () => shelf(...backend),
      readBack: async (key) => stowed.get(key)?.content ?? null,
      leftovers: async () => [...open.keys()],
    };
  },
});
