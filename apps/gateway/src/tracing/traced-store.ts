import type { Catalog, SessionStore } from "@stowage/core";
import { inSpan } from "./in-span.js";

/** A store whose last step of a completion is a span: the moment at which the file is there. */
export function tracedStore<Store extends SessionStore & Catalog>(store: Store): Store {
  return {
    ...store,
    publish: (next, entry, options) =>
      inSpan("catalog publish", { "stowage.policy": next.policyId }, () => store.publish(next, entry, options)),
  } satisfies SessionStore & Catalog;
}
