import { checksumAlgorithms, checksumSizes } from "../checksum/algorithm.js";
import type { Checksum, ChecksumAlgorithm } from "../checksum/algorithm.js";
import { refuse } from "../http/refusal.js";
import type { S3Request } from "../http/s3-request.js";

/** What a request says of its body, to be compared when it has come. */
export interface DeclaredDigests {
  /** `Content-MD5`, decoded. */
  readonly md5: Buffer | null;
  /** `x-amz-checksum-…` in the header. */
  readonly checksum: Checksum | null;
  /** The checksum that the trailer announces; its value comes after the body. */
  readonly trailing: ChecksumAlgorithm | null;
}

/** @throws InvalidDigest, InvalidRequest for values that cannot be, and for several checksums */
export function readDeclaredDigests(request: S3Request): DeclaredDigests {
  const md5 = request.header("content-md5");
  const decoded = md5 === null ? null : Buffer.from(md5, "base64");
  if (decoded !== null && (decoded.byteLength !== 16 || decoded.toString("base64") !== md5)) {
    throw refuse("InvalidDigest", "The Content-MD5 you specified was invalid.");
  }
  const found = checksumAlgorithms.filter((algorithm) => request.header(fieldOf(algorithm)) !== null);
  const trailer = request.header("x-amz-trailer");
  const trailing = trailer === null ? null : trailingAlgorithm(trailer);
  if (found.length + (trailing === null ? 0 : 1) > 1) {
    throw refuse(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  const [algorithm] = found;
  if (algorithm === undefined && trailing === null && request.header("x-amz-sdk-checksum-algorithm") !== null) {
    throw refuse(
      "InvalidRequest",
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    );
  }
  const checksum =
    algorithm === undefined
      ? null
      : readChecksum(algorithm, request.header(fieldOf(algorithm)) ?? "", fieldOf(algorithm));
  return { md5: decoded, checksum, trailing };
}

/** `x-amz-checksum-crc32` and its like. */
export function fieldOf(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** @throws InvalidRequest unless it is Base64 of the right length */
export function readChecksum(algorithm: ChecksumAlgorithm, value: string, where: string): Checksum {
  const bytes = Buffer.from(value, "base64");
  if (bytes.byteLength !== checksumSizes[algorithm] || bytes.toString("base64") !== value) {
    throw refuse("InvalidRequest", `Value for ${where} header is invalid.`);
  }
  return { algorithm, value };
}

function trailingAlgorithm(trailer: string): ChecksumAlgorithm {
  const found = checksumAlgorithms.find((algorithm) => fieldOf(algorithm) === trailer.trim().toLowerCase());
  if (found === undefined)
    throw refuse("InvalidRequest", "The value specified in the x-amz-trailer header is not supported");
  return found;
}
