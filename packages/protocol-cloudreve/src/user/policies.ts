import type { OwnCall } from "../call.js";
import { printStoragePolicy } from "../upload/storage-policy.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";

/** `GET /user/setting/policies`: the storage policies that the caller may use, in the order of configuration. */
export async function policies({ engine }: OwnCall): Promise<Outcome> {
  return done(engine.policies().map((policy) => printStoragePolicy(policy)));
}
