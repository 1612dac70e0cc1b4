import type { DriverCapabilities } from "@stowage/core";
import type { ConformanceCase } from "../kit/conformance-case.js";
import type { DriverFixture } from "./driver-fixture.js";
import type { DriverLab } from "./driver-lab.js";

/** A case of the driver kit. */
export type DriverCase = ConformanceCase<DriverFixture, DriverLab>;

type Choice = (fixture: DriverFixture) => string | null;

/** Runs where the driver says so itself; `otherwise` is the reason reported where it does not. */
export function where(holds: (capabilities: DriverCapabilities) => boolean, otherwise: string): Choice {
  return ({ driver }) => (holds(driver.capabilities) ? null : otherwise);
}

/** Runs where the fixture or its driver has the means. */
export function having(means: (fixture: DriverFixture) => boolean, otherwise: string): Choice {
  return (fixture) => (means(fixture) ? null : otherwise);
}

/** Runs where all of them let it; the first reason is reported. */
export function all(...choices: readonly Choice[]): Choice {
  return (fixture) => choices.map((choice) => choice(fixture)).find((reason) => reason !== null) ?? null;
}

export const severalParts = where(({ part }) => part.maxCount > 1, "the backend keeps one part only");
export const anyOrder = where(({ ordering }) => ordering.kind === "any", "the backend takes chunks in order only");
export const withLeftovers = having(
  (fixture) => fixture.leftovers !== undefined,
  "the fixture cannot tell what is left behind",
);
export const withNewInstance = having(
  (fixture) => fixture.newInstance !== undefined,
  "the fixture makes one instance only",
);
