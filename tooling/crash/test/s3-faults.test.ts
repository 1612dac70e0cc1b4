import { afterAll, expect } from "@jest/globals";
import { signedFetch, startS3Simulator } from "@stowage/servers";
import { driverOn, partSize, stored } from "../src/s3/bucket.js";
import { recipes } from "../src/s3/recipes.js";
import { testFaults } from "../src/survive-faults.js";

const simulator = await startS3Simulator({ minPartSize: partSize });
afterAll(() => simulator.close());

testFaults({
  endpoint: simulator.endpoint,
  recipes,
  driverOn: (endpoint, prefix) => driverOn({ ...simulator, endpoint }, prefix),
  stored: (prefix) => stored(simulator, prefix),
  placeForeign: async () => {
    const path = `/${simulator.bucket}/theirs`;
    const answers = [
      await signedFetch(simulator, { method: "PUT", path: `${path}/object`, body: Buffer.from("theirs") }),
      await signedFetch(simulator, { method: "POST", path: `${path}/upload`, query: { uploads: "" } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    return { objects: ["theirs/object"], uploads: ["theirs/upload"] };
  },
});
