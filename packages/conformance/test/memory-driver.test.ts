import { limit, observe, retry } from "@stowage/core/layers";
import { describeDriver } from "../src/jest.js";
import { blockFixture } from "./block-driver.js";
import { grantingFixture } from "./granting-driver.js";
import { memoryFixture, narrow } from "./memory-fixtures.js";

await describeDriver({ name: "memory driver", setup: (runtime) => memoryFixture(runtime) });

await describeDriver({
  name: "memory driver, as narrow as it gets",
  setup: (runtime) => memoryFixture(runtime, narrow),
});

await describeDriver({
  name: "memory driver, that keeps what it took first",
  setup: (runtime) => memoryFixture(runtime, { writeOnce: true }),
});

await describeDriver({ name: "block driver, without a fence", setup: blockFixture });

await describeDriver({
  name: "memory driver, whose clients send without us",
  setup: (runtime) => grantingFixture(runtime),
});

const layered = [observe(() => () => {}), retry({ baseMs: 1 }), limit(4)];

await describeDriver({
  name: "memory driver, under all layers",
  setup: (runtime) => {
    const fixture = memoryFixture(runtime);
    return { ...fixture, driver: layered.reduce((inner, layer) => layer(inner), fixture.driver) };
  },
});
