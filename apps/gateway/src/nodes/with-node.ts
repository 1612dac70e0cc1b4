import type { GatewayConfig } from "../config/config-schema.js";
import type { NodeSettings } from "../config/sections/nodes.js";
import type { PolicySettings } from "../config/sections/policies.js";
import type { NodeOptions } from "./node-driver.js";

/** Of a configuration, what says which nodes there are. */
export type NodesOf = Readonly<Record<string, NodeSettings>>;

/** A policy whose driver is `remote`, with its node's address and key in its options; any other as it is. */
export function withNode(policy: PolicySettings, nodes: NodesOf, publicOrigin?: string): PolicySettings {
  const name = policy.options["node"];
  const node = policy.driver === "remote" && typeof name === "string" ? nodes[name] : undefined;
  if (node === undefined || typeof name !== "string") return policy;
  const { url, key, directUrl, timeout, siteUrl = publicOrigin } = node;
  const options: NodeOptions = {
    node: name,
    url,
    key,
    timeoutMs: timeout,
    ...(directUrl === undefined ? {} : { directUrl }),
    ...(siteUrl === undefined ? {} : { siteUrl }),
  };
  return { ...policy, options };
}

/** The same of all policies. */
export function withNodes(config: GatewayConfig): GatewayConfig {
  const { policies, nodes, listen } = config;
  const completed = Object.entries(policies).map(
    ([id, policy]) => [id, withNode(policy, nodes, listen.publicOrigin)] as const,
  );
  return { ...config, policies: Object.fromEntries(completed) };
}
