import { coversBody, decodePath } from "@stowage/cloudreve-wire";
import type { SignatureVerdict } from "@stowage/cloudreve-wire";
import { UploadError } from "@stowage/core";
import type { VendorCallback } from "@stowage/core";
import type { NodeApi } from "../node-api.js";

/** A server in front names every request by this field, so nobody can tell whether the node sent it. */
const correlationField = "x-cr-correlation-id";

/**
 * Proves that the node sent it: the signature is made with its key, over the URL's path, the `X-Cr-` fields and the body.
 *
 * @throws {UploadError} `FORBIDDEN`, which tells whether a signature was there, had expired or was wrong
 */
export async function verifyCallback(
  { signer, runtime }: NodeApi,
  { method, url, headers, body }: VendorCallback,
): Promise<void> {
  const { authorization, [correlationField]: id, ...own } = headers;
  const path = decodePath(new URL(url).pathname) ?? "";
  const text = coversBody(method, path) ? new TextDecoder().decode(body) : "";
  const now = Math.floor(runtime.clock.now() / 1000);
  const verify = (fields: VendorCallback["headers"]): Promise<SignatureVerdict> =>
    signer.verifyHeader({ path, headers: fields, body: text }, authorization, now);
  let verdict = await verify(own);
  if (verdict === "wrong" && id !== undefined) verdict = await verify({ ...own, [correlationField]: id });
  if (verdict === "valid") return;
  throw new UploadError("FORBIDDEN", `callback of a node: signature ${verdict}`, { reason: `signature ${verdict}` });
}
