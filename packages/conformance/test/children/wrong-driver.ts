import { describeDriver } from "../../src/node-test.js";
import { memoryFixture } from "../memory-fixtures.js";

const skip = { "objects/stat": "shown as not run" };
await describeDriver({
  name: "a driver that forgets to abort",
  setup: (runtime) => {
    const fixture = memoryFixture(runtime);
    const driver = { ...fixture.driver, abort: async () => {} };
    return { ...fixture, driver, newInstance: () => driver };
  },
  skip,
});
