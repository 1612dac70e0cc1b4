import { afterEach, expect, test } from "@jest/globals";
import { optionRows } from "../src/config/option-table.js";
import { killAll } from "./gateway-process.js";
import { imageStoreProofs, mediaProofs } from "./options/content-range.js";
import { identityProofs } from "./options/identity.js";
import { listenProofs } from "./options/listen.js";
import { cloudreveProofs, nativeProofs } from "./options/mounts.js";
import { corsProofs, limitProofs, peopleProofs } from "./options/people.js";
import { closeServers, nodeProofs, slaveProofs } from "./options/nodes.js";
import { operationProofs } from "./options/operation.js";
import { policyProofs } from "./options/policies.js";
import type { Proofs } from "./options/proof.js";
import { routingProofs } from "./options/routing.js";
import { closeAll } from "./running-gateway.js";

const proofs: Proofs = {
  ...listenProofs,
  ...policyProofs,
  ...routingProofs,
  ...cloudreveProofs,
  ...nativeProofs,
  ...imageStoreProofs,
  ...mediaProofs,
  ...identityProofs,
  ...peopleProofs,
  ...limitProofs,
  ...corsProofs,
  ...operationProofs,
  ...nodeProofs,
  ...slaveProofs,
};

afterEach(async () => {
  await killAll();
  await closeAll();
  await closeServers();
});

test("every option of the guide is shown to do what it says", async () => {
  const rows = await optionRows();
  expect(Object.keys(proofs).toSorted()).toEqual(rows.map(({ path }) => path).toSorted());
});

test.each(Object.keys(proofs))(
  "%s",
  async (path) => {
    await proofs[path]?.();
  },
  30_000,
);
