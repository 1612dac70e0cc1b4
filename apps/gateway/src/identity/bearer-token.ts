import type { HttpExchange } from "@stowage/core/http";

/** The token of `Authorization: Bearer …`; `null`: the field is not there, or is something else. */
export function bearerToken(exchange: Pick<HttpExchange, "header">): string | null {
  return /^bearer +([^\s,]+) *$/i.exec(exchange.header("authorization") ?? "")?.[1] ?? null;
}
