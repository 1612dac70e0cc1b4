import { describeDriver } from "../src/jest.js";
import { blockFixture } from "./block-driver.js";
import { memoryFixture } from "./memory-fixtures.js";

await describeDriver({ name: "memory driver", setup: (runtime) => memoryFixture(runtime) });

await describeDriver({
  name: "memory driver, as narrow as it gets",
  setup: (runtime) =>
    memoryFixture(runtime, {
      ordering: { kind: "sequential" },
      part: { minSize: 64, maxSize: 4_096, maxCount: 8, multipleOf: 32, uniform: true },
      maxObjectSize: 32_768,
      deferredSize: false,
      unsizedBody: false,
      partialChunks: false,
      passiveBegin: false,
      checksums: ["crc32", "sha256"],
      objects: false,
    }),
});

await describeDriver({ name: "block driver, without a fence", setup: blockFixture });
