import { afterAll } from "@jest/globals";
import { startAzurite } from "@stowage/servers";
import { azureRecipes, driverOn, stored } from "../src/azure/container.js";
import { describeEveryCall } from "../src/every-call.js";
import { isExtended } from "../src/size.js";

const server = await startAzurite();
afterAll(() => server.close());

/** For every day the one that goes both ways, which makes every kind of call; all with `STOWAGE_EXTENDED=1`. */
const everyDay = azureRecipes.filter(([name]) => name === "direct, and partly through us");

describeEveryCall({
  name: `Azure${isExtended ? "" : ` (${azureRecipes.length - everyDay.length} more ways: not run, STOWAGE_EXTENDED is not set)`}`,
  recipes: isExtended ? azureRecipes : everyDay,
  driverOn: (prefix) => driverOn(server, prefix),
  stored: (prefix) => stored(server, prefix),
});
