import type { HttpExchange } from "@stowage/core/http";

/** The field that carries the id, towards front-ends and clients. */
export const requestIdField = "x-request-id";

/** In this order; the second is what Cloudreve's clients and masters send. */
const acceptedFields = [requestIdField, "x-cr-correlation-id"];

/** What a caller gave, where it is fit for a log and a header: `null` makes the server choose one. */
export function givenRequestId(exchange: HttpExchange): string | null {
  for (const field of acceptedFields) {
    const value = exchange.header(field);
    if (value !== undefined && /^[\w.:-]{1,128}$/.test(value)) return value;
  }
  return null;
}

/** The exchange as front-ends see it: the first field gives the id, always, and it is safe to repeat. The other may be signed. */
export function withRequestId(exchange: HttpExchange, requestId: string): HttpExchange {
  const { method, url, body, peer } = exchange;
  return {
    method,
    url,
    body,
    peer,
    header: (name) => (name === requestIdField ? requestId : exchange.header(name)),
    trailers: () => exchange.trailers(),
    cut: () => exchange.cut(),
    ...(exchange.inform === undefined ? {} : { inform: (status, headers) => exchange.inform?.(status, headers) }),
  };
}
