import { afterAll } from "@jest/globals";
import { startAzurite } from "@stowage/servers";
import { azureRecipes, driverOn, stored } from "../src/azure/container.js";
import { describeEveryCall } from "../src/every-call.js";

const server = await startAzurite();
afterAll(() => server.close());

describeEveryCall({
  name: "Azure",
  recipes: azureRecipes,
  driverOn: (prefix) => driverOn(server, prefix),
  stored: (prefix) => stored(server, prefix),
});
