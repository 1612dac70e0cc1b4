import type { Runtime } from "@stowage/core";
import type { DriverFixture } from "../../src/driver/driver-fixture.js";
import { grantingFixture, type GrantingChanges } from "../granting-driver.js";
import type { Mutant } from "./mutant.js";

const granting =
  (changes: GrantingChanges) =>
  (runtime: Runtime): Promise<DriverFixture> =>
    grantingFixture(runtime, changes);

/** Drivers whose grants go too far. */
export const grantMutants: Readonly<Record<string, Mutant<(runtime: Runtime) => Promise<DriverFixture>>>> = {
  "grants the first chunks whatever is asked for": {
    caughtBy: ["grant/stores-chunks"],
    setup: granting({ ignoresSlice: true }),
  },
  "grants for longer than the upload lives": {
    caughtBy: ["grant/bound-in-time"],
    setup: granting({ longerMs: 60_000 }),
  },
  "lets old grants write into the object": {
    caughtBy: ["grant/after-complete"],
    setup: granting({
      late: ({ objects }, { key }, bytes) => {
        const there = objects.get(key);
        if (there !== undefined) objects.set(key, { ...there, bytes });
      },
    }),
  },
  "makes objects of what old grants bring after an abort": {
    caughtBy: ["grant/after-abort"],
    setup: granting({
      late: ({ objects }, { key }, bytes) => {
        if (!objects.has(key)) objects.set(key, { upload: "late", bytes });
      },
    }),
  },
};
