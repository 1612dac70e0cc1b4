import { afterAll } from "@jest/globals";
import { describeDriver } from "@stowage/conformance/jest";
import { byteBudget } from "@stowage/core";
import { startS3Simulator } from "@stowage/servers";
import type { PresetName } from "../src/index.js";
import { storeFixture } from "./store-fixture.js";

// Small parts, so that the kit's objects are: limits.test.ts has the real ones.
const part = { minSize: 4096 };
const forgetful = await startS3Simulator({ minPartSize: part.minSize, repeatedCompletion: "no-such-upload" });
const simulator = await startS3Simulator({ minPartSize: part.minSize });
afterAll(async () => {
  await simulator.close();
  await forgetful.close();
});

await describeDriver({
  name: "s3, preset aws, completions forgotten at once",
  setup: (runtime) => storeFixture(forgetful, runtime, { preset: "aws", part }),
});

for (const preset of ["aws", "generic", "r2", "gcs"] satisfies PresetName[]) {
  await describeDriver({
    name: `s3, preset ${preset}`,
    setup: (runtime) => storeFixture(simulator, runtime, { preset, part }),
  });
}

await describeDriver({
  name: "s3, without memory for bodies",
  setup: (runtime) => storeFixture(simulator, { ...runtime, memory: byteBudget(0) }, { preset: "aws", part }),
});
