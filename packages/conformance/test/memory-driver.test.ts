import { describeDriver } from "../src/jest.js";
import { blockFixture } from "./block-driver.js";
import { memoryFixture, narrow } from "./memory-fixtures.js";

await describeDriver({ name: "memory driver", setup: (runtime) => memoryFixture(runtime) });

await describeDriver({
  name: "memory driver, as narrow as it gets",
  setup: (runtime) => memoryFixture(runtime, narrow),
});

await describeDriver({ name: "block driver, without a fence", setup: blockFixture });
