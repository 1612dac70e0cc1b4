import type { CallOptions } from "@stowage/core";
import type { AzureContext } from "../context.js";
import type { Failure } from "../errors.js";
import { blobName } from "../keys.js";
import { failureIn, send } from "../wire/send.js";

/** What one look at a blob that is not there tells. */
export interface Reached {
  /** `null`: the service was reached and knows us. */
  readonly failure: Failure | null;
  /** How far our clock is behind the service's, in milliseconds. The header has whole seconds. */
  readonly behindMs: number;
}

/**
 * Asks for a blob that is not there: whoever is told so has the endpoint, the keys and the container right.
 *
 * @throws {UploadError} `BACKEND_UNAVAILABLE` where nobody answers
 */
export async function reach(context: AzureContext, options: CallOptions): Promise<Reached> {
  const { runtime, settings } = context;
  const blob = blobName(settings.prefix, ".stowage-check/nothing");
  const answer = await send(context, { method: "GET", blob, headers: { range: "bytes=0-0" } }, options);
  const there = Date.parse(answer.headers["date"] ?? "");
  const behindMs = Number.isNaN(there) ? 0 : there - runtime.clock.now();
  const failure = await failureIn(answer);
  const isWell = answer.status < 300 || (failure.status === 404 && failure.code === "BlobNotFound");
  return { failure: isWell ? null : failure, behindMs };
}
