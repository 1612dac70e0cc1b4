/**
 * What distinguishes the members of the SigV4 family. The steps are the same: canonical request, string to sign, a chain
 * of four HMACs.
 */
export interface SignatureScheme {
  readonly algorithm: string;
  /** Precedes the secret at the start of the chain. */
  readonly keyPrefix: string;
  /** Ends the scope and the chain. */
  readonly terminator: string;
  /** Of query parameters: `X-Amz-`. */
  readonly queryPrefix: string;
  /** Of headers: `x-amz-`. */
  readonly headerPrefix: string;
}

/** Amazon's, which nearly every compatible store takes, too. */
export const aws4: SignatureScheme = {
  algorithm: "AWS4-HMAC-SHA256",
  keyPrefix: "AWS4",
  terminator: "aws4_request",
  queryPrefix: "X-Amz-",
  headerPrefix: "x-amz-",
};

/** Google's own spelling of it, for HMAC keys (service `storage`). */
export const goog4: SignatureScheme = {
  algorithm: "GOOG4-HMAC-SHA256",
  keyPrefix: "GOOG4",
  terminator: "goog4_request",
  queryPrefix: "X-Goog-",
  headerPrefix: "x-goog-",
};
