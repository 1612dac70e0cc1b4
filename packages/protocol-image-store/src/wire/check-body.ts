import { UploadError } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import { badRequest } from "./bad-request.js";

/**
 * The length of a body of raw bytes, checked before any of them is looked at.
 *
 * @throws {UploadError} `LENGTH_REQUIRED`; `OPTIONS_INVALID` for a coded one, which would be stored as it is coded
 */
export function checkBody(exchange: Pick<HttpExchange, "body" | "header">): number {
  const coding = exchange.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (coding !== "identity") throw badRequest("content-encoding: bodies are taken as they are");
  if (exchange.body.size !== null) return exchange.body.size;
  throw new UploadError("LENGTH_REQUIRED", "a body without a length", { offset: 0 });
}
