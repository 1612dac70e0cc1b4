import type { Identify } from "@stowage/core/http";

/**
 * Whoever shows credentials is known by one of `tokens`, the first that knows them, or is nobody: a wrong token never
 * makes somebody anonymous. `anonymous` is asked about those who show none.
 */
export function chainIdentities(tokens: readonly Identify[], anonymous: Identify): Identify {
  return async (exchange) => {
    if (exchange.header("authorization") === undefined) return anonymous(exchange);
    for (const identify of tokens) {
      const caller = await identify(exchange);
      if (caller !== null) return caller;
    }
    return null;
  };
}
