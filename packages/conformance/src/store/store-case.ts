import type { ConformanceCase } from "../kit/conformance-case.js";
import type { StoreFixture } from "./store-fixture.js";
import type { StoreLab } from "./store-lab.js";

/** A case of the store kit. */
export type StoreCase = ConformanceCase<StoreFixture, StoreLab>;

/** Runs where there is a second process to look from. */
export function withNewInstance(fixture: StoreFixture): string | null {
  return fixture.newInstance === undefined ? "the fixture makes one instance only" : null;
}
