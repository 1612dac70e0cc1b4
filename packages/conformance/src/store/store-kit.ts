import type { Kit } from "../kit/conformance-case.js";
import { catalogCases } from "./cases/catalog-cases.js";
import { changedCases } from "./cases/changed-cases.js";
import { claimCases } from "./cases/claim-cases.js";
import { durabilityCases } from "./cases/durability-cases.js";
import { insertCases } from "./cases/insert-cases.js";
import { listCases } from "./cases/list-cases.js";
import { publishCases } from "./cases/publish-cases.js";
import { replaceCases } from "./cases/replace-cases.js";
import { settleCases } from "./cases/settle-cases.js";
import type { StoreCase } from "./store-case.js";
import type { StoreFixture } from "./store-fixture.js";
import { type StoreLab, storeLab } from "./store-lab.js";

/** All that a store has to do, in the order of an upload's life. */
export const storeCases: readonly StoreCase[] = [
  ...insertCases,
  ...replaceCases,
  ...claimCases,
  ...settleCases,
  ...changedCases,
  ...publishCases,
  ...listCases,
  ...catalogCases,
  ...durabilityCases,
];

/** The kit for `SessionStore` and `Catalog`. */
export const storeKit: Kit<StoreFixture, StoreLab> = {
  cases: storeCases,
  lab: storeLab,
  close: async (fixture) => {
    await fixture.store.close();
    await fixture.close?.();
  },
};
