import { isLoopback } from "../../identity/loopback.js";
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
  yield* checkWayBack(config);
  if (valueAt(config, "node", "key") !== undefined) return;
  for (const [prefix, mount] of entriesOf(valueAt(config, "mount"))) {
    const protocol = typeof mount === "string" ? mount : valueAt(mount, "protocol");
    if (protocol !== "cloudreve-slave") continue;
    const message = `missing: the front-end at ${prefix} needs the key that the master has, here or in STOWAGE_NODE_KEY`;
    return yield { path: ["node", "key"], message };
  }
}

/**
 * Callbacks of nodes go to an address of ours. Taken from a request it would be the client's choice whom a node calls, so that
 * is for gateways of one machine.
 */
function* checkWayBack(config: unknown): Generator<Mistake> {
  const host = valueAt(config, "listen", "host");
  if (typeof host !== "string" || isLoopback(host) || valueAt(config, "listen", "publicOrigin") !== undefined) return;
  for (const [name, node] of entriesOf(valueAt(config, "nodes"))) {
    const isDirect = entriesOf(valueAt(config, "policies")).some(
      ([, policy]) =>
        valueAt(policy, "driver") === "remote" &&
        valueAt(policy, "transfer") === "direct" &&
        valueAt(policy, "options", "node") === name,
    );
    if (!isDirect || valueAt(node, "siteUrl") !== undefined) continue;
    const message = "missing: where the node reaches this gateway, for a policy whose uploads go to it directly";
    yield { path: ["nodes", name, "siteUrl"], message };
  }
}
