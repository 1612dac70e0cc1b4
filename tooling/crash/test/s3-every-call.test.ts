import { afterAll } from "@jest/globals";
import { startS3Simulator } from "@stowage/servers";
import { describeEveryCall } from "../src/every-call.js";
import { driverOn, partSize, stored } from "../src/s3/bucket.js";
import { recipes } from "../src/s3/recipes.js";

const simulator = await startS3Simulator({ minPartSize: partSize });
afterAll(() => simulator.close());

describeEveryCall({
  name: "S3",
  recipes,
  driverOn: (prefix) => driverOn(simulator, prefix),
  stored: (prefix) => stored(simulator, prefix),
});
