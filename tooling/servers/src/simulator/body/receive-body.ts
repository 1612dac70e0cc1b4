import { createHash } from "node:crypto";
import { startDigest } from "../checksum/algorithm.js";
import type { Checksum, ChecksumAlgorithm, RunningDigest } from "../checksum/algorithm.js";
import type { Content } from "../content/content.js";
import type { ContentStore } from "../content/content-store.js";
import { refuse } from "../http/refusal.js";
import type { S3Request } from "../http/s3-request.js";
import { readAwsChunked } from "./aws-chunked.js";
import { bodySize } from "./body-size.js";
import { fieldOf, readChecksum, readDeclaredDigests } from "./declared-digests.js";

/** A body that came whole, and is what its request said. */
export interface ReceivedBody {
  readonly content: Content;
  /** `null` where nobody asked for it. */
  readonly md5: Buffer | null;
  /** What the client declared, or else the one that was wanted. `null`: neither. */
  readonly checksum: Checksum | null;
  /** Whether the client declared `checksum`. */
  readonly isDeclared: boolean;
}

/** What to compute beside what the request declares. */
export interface WantedDigests {
  readonly md5: boolean;
  /** Where the client declares none, and when it declares this one. */
  readonly checksum: ChecksumAlgorithm | null;
}

/**
 * Keeps the body while it compares it with what the request declares of it, and the signature of its payload.
 *
 * @throws MissingContentLength, EntityTooLarge, IncompleteBody, BadDigest, InvalidDigest, InvalidRequest,
 * XAmzContentSHA256Mismatch, NotImplemented for chunks that are signed one by one
 */
export async function receiveBody(
  request: S3Request,
  payloadHash: string,
  contents: ContentStore,
  wanted: WantedDigests,
): Promise<ReceivedBody> {
  const size = bodySize(request, payloadHash);
  const declared = readDeclaredDigests(request);
  const isChunked = payloadHash === "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  const bytes = request.body();
  const chunked = isChunked ? readAwsChunked(bytes) : null;
  const algorithm = declared.checksum?.algorithm ?? declared.trailing ?? wanted.checksum;
  const md5 = wanted.md5 || declared.md5 !== null ? startDigest("MD5") : null;
  const checksum = algorithm === null ? null : startDigest(algorithm);
  const sha256 = /^[0-9a-f]{64}$/.test(payloadHash) ? createHash("sha256") : null;
  const digests = [md5, checksum, sha256].filter((digest) => digest !== null);
  const content = await contents.receive(counted(chunked?.bytes ?? bytes, size, digests));
  try {
    const md5Found = md5?.digest() ?? null;
    const found = algorithm === null ? null : { algorithm, value: checksum?.digest().toString("base64") ?? "" };
    if (sha256 !== null && sha256.digest("hex") !== payloadHash) {
      throw refuse(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    }
    if (declared.md5 !== null && md5Found?.equals(declared.md5) === false) {
      throw refuse("BadDigest", "The Content-MD5 you specified did not match what we received.");
    }
    const expected = declared.checksum ?? trailingChecksum(declared.trailing, chunked?.trailers);
    if (expected !== null && expected.value !== found?.value) {
      throw refuse("BadDigest", `The ${expected.algorithm} you specified did not match the calculated checksum.`);
    }
    return { content, md5: md5Found, checksum: found, isDeclared: expected !== null };
  } catch (error) {
    await content.release();
    throw error;
  }
}

/** Fails where it is not exactly `size` bytes. */
async function* counted(
  source: AsyncIterable<Uint8Array>,
  size: number,
  digests: readonly Pick<RunningDigest, "update">[],
): AsyncGenerator<Uint8Array, void, undefined> {
  let count = 0;
  for await (const bytes of source) {
    count += bytes.byteLength;
    if (count > size) break;
    for (const digest of digests) digest.update(bytes);
    yield bytes;
  }
  if (count === size) return;
  throw refuse("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header");
}

function trailingChecksum(
  algorithm: ChecksumAlgorithm | null,
  trailers: ReadonlyMap<string, string> | undefined,
): Checksum | null {
  if (algorithm === null) return null;
  const value = trailers?.get(fieldOf(algorithm));
  if (value === undefined)
    throw refuse(
      "MalformedTrailerError",
      "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    );
  return readChecksum(algorithm, value, fieldOf(algorithm));
}
