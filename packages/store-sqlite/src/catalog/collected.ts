import type { ObjectRef } from "@stowage/core";
import type { Writer } from "../database/connection.js";

/** `SessionStore.collected`, within a transaction. */
export type Collected = (object: ObjectRef) => void;

/** Prepares its statement. */
export async function prepareCollected(writer: Writer): Promise<Collected> {
  const remove = await writer.prepare("DELETE FROM garbage WHERE policy = ? AND key = ?");
  return ({ policyId, key }) => void remove.run(policyId, key);
}
