import { expect, test } from "@jest/globals";
import { driverKit } from "../../src/driver/driver-kit.js";
import { endMutants } from "./end-mutants.js";
import { failedCases } from "./failed-cases.js";
import { grantMutants } from "./grant-mutants.js";
import { otherMutants } from "./other-mutants.js";
import { writeMutants } from "./write-mutants.js";

const mutants = { ...writeMutants, ...endMutants, ...otherMutants, ...grantMutants };

test.each(Object.entries(mutants))("a driver that %s is caught", async (name, { caughtBy, isBroad, setup }) => {
  const failed = await failedCases(driverKit, { name, setup }, caughtBy);
  expect(failed).toEqual(isBroad === true ? expect.arrayContaining([...caughtBy]) : caughtBy);
});

test("no case lets every mutant through", () => {
  const biting = new Set(Object.values(mutants).flatMap(({ caughtBy }) => caughtBy));
  expect(driverKit.cases.map(({ id }) => id).filter((id) => !biting.has(id))).toEqual([]);
});
