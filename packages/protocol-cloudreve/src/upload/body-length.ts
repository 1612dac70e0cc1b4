import { UploadError } from "@stowage/core";
import type { ByteSource } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import { badRequest } from "../wire/bad-request.js";

/** A body whose length is known. */
export type SizedBody = ByteSource & { readonly size: number };

/**
 * The body with its length: of `Content-Length`, else of `X-Expected-Entity-Length`. A request without either, and without a
 * transfer coding, is empty to HTTP (RFC 9112, 6.3): more likely somebody lost a field, so an empty body says 0.
 *
 * @throws {UploadError} `LENGTH_REQUIRED`, `OPTIONS_INVALID`
 */
export function sizedBody(exchange: Pick<HttpExchange, "body" | "header">): SizedBody {
  const { body } = exchange;
  const isSaid = body.size !== null && (body.size > 0 || exchange.header("content-length") !== undefined);
  const size = isSaid ? body.size : expectedLength(exchange.header("x-expected-entity-length"));
  return { size, oneShot: true, stream: () => body.stream() };
}

function expectedLength(field: string | undefined): number {
  if (field === undefined) throw new UploadError("LENGTH_REQUIRED", "a body without a length", { offset: 0 });
  const length = Number(field);
  if (/^\d{1,16}$/.test(field) && Number.isSafeInteger(length)) return length;
  throw badRequest("x-expected-entity-length: not a length");
}
