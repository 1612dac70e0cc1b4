import { expect, test } from "@jest/globals";
import { storeKit } from "../../src/store/store-kit.js";
import { catalogMutants } from "./catalog-mutants.js";
import { changedMutants } from "./changed-mutants.js";
import { claimMutants } from "./claim-mutants.js";
import { failedCases } from "./failed-cases.js";
import { publishMutants } from "./publish-mutants.js";
import { sessionMutants } from "./session-mutants.js";
import { settleMutants } from "./settle-mutants.js";

const mutants = {
  ...sessionMutants,
  ...claimMutants,
  ...settleMutants,
  ...changedMutants,
  ...publishMutants,
  ...catalogMutants,
};

test.each(Object.entries(mutants))("a store that %s is caught", async (name, { caughtBy, isBroad, setup }) => {
  const failed = await failedCases(storeKit, { name, setup }, caughtBy);
  expect(failed).toEqual(isBroad === true ? expect.arrayContaining([...caughtBy]) : caughtBy);
});

test("no case lets every mutant through", () => {
  const biting = new Set(Object.values(mutants).flatMap(({ caughtBy }) => caughtBy));
  expect(storeKit.cases.map(({ id }) => id).filter((id) => !biting.has(id))).toEqual([]);
});
