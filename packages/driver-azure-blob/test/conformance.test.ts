import { afterAll } from "@jest/globals";
import { describeDriver } from "@stowage/conformance/jest";
import { byteBudget } from "@stowage/core";
import { startAzurite } from "@stowage/servers";
import { azureFixture } from "./azure-fixture.js";

const server = await startAzurite();
afterAll(() => server.close());

await describeDriver({
  name: server.name,
  setup: (runtime) => azureFixture(server, runtime),
});

await describeDriver({
  name: `${server.name}, without memory for bodies`,
  setup: (runtime) => azureFixture(server, { ...runtime, memory: byteBudget(0) }),
});
