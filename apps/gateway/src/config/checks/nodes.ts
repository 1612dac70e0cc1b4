import type { Mistake } from "../mistake.js";
import { didYouMean } from "../suggest.js";
import { entriesOf, valueAt } from "./raw.js";

/** Nodes that are named and not there, and a node without a key. */
export function* checkNodes(config: unknown): Generator<Mistake> {
  const names = entriesOf(valueAt(config, "nodes")).map(([name]) => name);
  for (const [id, policy] of entriesOf(valueAt(config, "policies"))) {
    const named = valueAt(policy, "options", "node");
    if (valueAt(policy, "driver") !== "remote" || typeof named !== "string" || names.includes(named)) continue;
    yield { path: ["policies", id, "options", "node"], message: `no node of this name${didYouMean(named, names)}` };
  }
  if (valueAt(config, "node", "key") !== undefined) return;
  for (const [prefix, mount] of entriesOf(valueAt(config, "mount"))) {
    const protocol = typeof mount === "string" ? mount : valueAt(mount, "protocol");
    if (protocol !== "cloudreve-slave") continue;
    const message = `missing: the front-end at ${prefix} needs the key that the master has, here or in STOWAGE_NODE_KEY`;
    return yield { path: ["node", "key"], message };
  }
}
