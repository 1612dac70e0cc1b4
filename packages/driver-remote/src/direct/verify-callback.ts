import { coversBody, decodePath } from "@stowage/cloudreve-wire";
import { UploadError } from "@stowage/core";
import type { VendorCallback } from "@stowage/core";
import type { NodeApi } from "../node-api.js";

/**
 * Proves that the node sent it: the signature is made with its key, over the URL's path, the `X-Cr-` fields and the body.
 *
 * @throws {UploadError} `FORBIDDEN`, which tells whether a signature was there, had expired or was wrong
 */
export async function verifyCallback(
  { signer, runtime }: NodeApi,
  { method, url, headers, body }: VendorCallback,
): Promise<void> {
  const { authorization, ...covered } = headers;
  const path = decodePath(new URL(url).pathname) ?? "";
  const text = coversBody(method, path) ? new TextDecoder().decode(body) : "";
  const now = Math.floor(runtime.clock.now() / 1000);
  const verdict = await signer.verifyHeader({ path, headers: covered, body: text }, authorization, now);
  if (verdict === "valid") return;
  throw new UploadError("FORBIDDEN", `callback of a node: signature ${verdict}`, { reason: `signature ${verdict}` });
}
