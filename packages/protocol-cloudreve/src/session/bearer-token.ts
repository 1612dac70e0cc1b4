import type { HttpExchange } from "@stowage/core/http";

/** The JWT of an `Authorization` field; `null` for what has not the form of one, such as `Bearer Cr …` of a node. */
export function bearerToken(exchange: Pick<HttpExchange, "header">): string | null {
  return /^bearer +([\w-]+\.[\w-]+\.[\w-]+) *$/i.exec(exchange.header("authorization") ?? "")?.[1] ?? null;
}
