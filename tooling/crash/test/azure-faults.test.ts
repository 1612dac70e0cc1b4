import { afterAll } from "@jest/globals";
import { startAzurite } from "@stowage/servers";
import { azureRecipes, containerOf, driverOn, stored } from "../src/azure/container.js";
import { testFaults } from "../src/survive-faults.js";

const server = await startAzurite();
afterAll(() => server.close());

testFaults({
  endpoint: server.endpoint,
  recipes: azureRecipes,
  driverOn: (endpoint, prefix) =>
    driverOn({ ...server, serviceUrl: server.serviceUrl.replace(server.endpoint, endpoint) }, prefix),
  stored: (prefix) => stored(server, prefix),
  placeForeign: async () => {
    const container = containerOf(server);
    await container.getBlockBlobClient("theirs/object").upload("theirs", 6);
    await container.getBlockBlobClient("theirs/upload").stageBlock(btoa("000001"), "theirs", 6);
    return { objects: ["theirs/object"], uploads: ["theirs/upload"] };
  },
});
