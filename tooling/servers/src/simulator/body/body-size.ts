import { refuse } from "../http/refusal.js";
import type { S3Request } from "../http/s3-request.js";

/** 5 GiB: most bytes of one PUT, of an object or a part. */
export const maxPutSize = 5 * 1024 ** 3;

/**
 * Bytes of content that the request announces.
 *
 * @throws MissingContentLength, EntityTooLarge, NotImplemented, InvalidRequest
 */
export function bodySize(request: S3Request, payloadHash: string): number {
  const isTrailing = payloadHash === "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  if (payloadHash.startsWith("STREAMING-") && !isTrailing) {
    throw refuse(
      "NotImplemented",
      "A header you provided implies functionality that is not implemented: chunks signed one by one",
    );
  }
  const field = request.header(isTrailing ? "x-amz-decoded-content-length" : "content-length");
  if (field === null) throw refuse("MissingContentLength", "You must provide the Content-Length HTTP header.");
  if (!/^\d+$/.test(field)) throw refuse("InvalidRequest", "Content-Length is not a number");
  const size = Number(field);
  if (size > maxPutSize) {
    throw refuse("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
      details: { ProposedSize: field, MaxSizeAllowed: String(maxPutSize) },
    });
  }
  return size;
}
