import { coveredHeaders, refusalOf } from "@stowage/cloudreve-wire";
import type { SignatureVerdict } from "@stowage/cloudreve-wire";
import { bytes } from "@stowage/core";
import type { VendorCallback } from "@stowage/core";
import { baseUrl } from "../base-url.js";
import type { SignedCall } from "../call.js";
import type { Failure } from "../wire/envelope.js";

/** A node sends none; one that has something to say is heard. */
const longestBody = 64 * 1024;

/**
 * What a node sent, with all that its signature covers. The URL is the one that it was given, for a proxy in front of us may
 * have changed the path.
 *
 * @throws {UploadError} `OBJECT_TOO_LARGE`, `BODY_TRUNCATED`
 */
export async function nodeCallback(call: SignedCall): Promise<VendorCallback> {
  const { exchange, parts } = call;
  const headers: Record<string, string> = {};
  for (const name of ["authorization", ...coveredHeaders]) {
    const value = exchange.header(name);
    if (value !== undefined) headers[name] = value;
  }
  return {
    method: exchange.method,
    url: `${baseUrl(call)}/callback/${parts.map(encodeURIComponent).join("/")}`,
    headers,
    body: await bytes(exchange.body, longestBody),
  };
}

const verdicts: readonly Exclude<SignatureVerdict, "valid">[] = ["absent", "malformed", "expired", "wrong"];

/** What a node hears of a signature that is not its own; `reason`: as the driver said it. */
export function nodeRefusal(reason: string): Failure {
  return refusalOf(verdicts.find((verdict) => reason === `signature ${verdict}`) ?? "wrong");
}
