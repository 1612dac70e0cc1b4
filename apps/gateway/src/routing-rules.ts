import type { RoutingRule } from "@stowage/core";
import type { RuleSettings } from "./config/sections/routing.js";

/** The rules of the file as the engine takes them. */
export function routingRules(rules: readonly RuleSettings[]): readonly RoutingRule[] {
  return rules.map(({ when, use }) => ({
    when: {
      ...(when.owners === undefined ? {} : { owners: when.owners }),
      ...(when.groups === undefined ? {} : { groups: when.groups }),
      ...(when.path === undefined ? {} : { pathPrefix: when.path }),
      ...(when.contentType === undefined ? {} : { contentType: when.contentType }),
      ...(when.minSize === undefined ? {} : { minSize: when.minSize }),
      ...(when.maxSize === undefined ? {} : { maxSize: when.maxSize }),
    },
    use:
      typeof use === "string"
        ? [{ policyId: use, weight: 1 }]
        : Object.entries(use).map(([policyId, weight]) => ({ policyId, weight })),
  }));
}
