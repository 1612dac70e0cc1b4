import type { EpochMs } from "@stowage/core";

/** Keys of an account; with a session token they are temporary. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request before its signature. The body is never part of it. */
export interface SignableRequest {
  readonly method: string;
  /** Scheme and host, with the port unless it is the scheme's own: `https://bucket.example.com`. */
  readonly origin: string;
  /** Encoded already: what goes over the wire. */
  readonly path: string;
  /** Not encoded. An empty value stands for a bare name (`uploads`). */
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. All of them are signed, so the sender has to send exactly these; `host` is added. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What differs between requests that are signed as one series. */
export interface SignedVariant {
  readonly query?: Readonly<Record<string, string>>;
  /** The same names for each of a series. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Turns requests into signed ones. The dialects of the family differ in names (`Dialect`) and in this; whoever builds a
 * request gets its signer handed in.
 */
export interface Signer {
  /** All headers to send but `host`, which the client makes of the URL. Valid for 15 minutes around `at`. */
  signHeaders(request: SignableRequest, at: EpochMs): Readonly<Record<string, string>>;
  /**
   * Signs URLs that work for `seconds` (1 to 604,800). What is common to a series is worked out once; a URL costs one
   * SHA-256 and one HMAC.
   */
  signUrls(request: SignableRequest, at: EpochMs, seconds: number): (variant?: SignedVariant) => string;
}
