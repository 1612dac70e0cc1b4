import type { Kit } from "../kit/conformance-case.js";
import { abortCases } from "./cases/abort-cases.js";
import { beginCases } from "./cases/begin-cases.js";
import { bodyCases } from "./cases/body-cases.js";
import { checksumCases } from "./cases/checksum-cases.js";
import { completeCases } from "./cases/complete-cases.js";
import { fenceCases } from "./cases/fence-cases.js";
import { grantCases } from "./cases/grant-cases.js";
import { handleCases } from "./cases/handle-cases.js";
import { lifecycleCases } from "./cases/lifecycle-cases.js";
import { objectsCases } from "./cases/objects-cases.js";
import { orderCases } from "./cases/order-cases.js";
import { probeCases } from "./cases/probe-cases.js";
import type { DriverCase } from "./driver-case.js";
import type { DriverFixture } from "./driver-fixture.js";
import { type DriverLab, driverLab } from "./driver-lab.js";

/** All that a storage driver has to do, in the order of an upload's life. */
export const driverCases: readonly DriverCase[] = [
  ...beginCases,
  ...handleCases,
  ...orderCases,
  ...bodyCases,
  ...checksumCases,
  ...completeCases,
  ...abortCases,
  ...probeCases,
  ...objectsCases,
  ...fenceCases,
  ...grantCases,
  ...lifecycleCases,
];

/** The kit for `StorageDriver`. */
export const driverKit: Kit<DriverFixture, DriverLab> = {
  cases: driverCases,
  lab: driverLab,
  close: async (fixture) => {
    await fixture.driver.close?.();
    await fixture.close?.();
  },
};
