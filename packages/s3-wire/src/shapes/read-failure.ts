import { childText } from "../xml/xml-element.js";
import { readXml } from "../xml/read-xml.js";

/** What a store says of a request that failed. */
export interface Failure {
  /** HTTP status. 200 where the failure came behind a status line that promised success. */
  readonly status: number;
  /** The vendor's code (`NoSuchUpload`); `null` where the answer has none, as those to HEAD. */
  readonly code: string | null;
  /** For people, and not for us to read: it may tell of keys and requests. */
  readonly message: string | null;
  readonly requestId: string | null;
  /** How long the store asks to be left alone. */
  readonly retryAfterMs: number | null;
}

/** Names of header with which the family numbers its requests. */
const requestIdHeader = /^x-(?:amz|oss|cos|obs|kss|goog)-request-id$/;

/** Reads an answer that is no success. `body`: what came, possibly nothing. */
export function readFailure(status: number, headers: Readonly<Record<string, string>>, body: string): Failure {
  const error = readXml(body);
  const fact = (name: string): string | null => (error === null ? null : childText(error, name));
  const numbered = Object.keys(headers).find((name) => requestIdHeader.test(name.toLowerCase()));
  return {
    status,
    code: error?.name === "Error" ? fact("Code") : null,
    message: fact("Message"),
    requestId: fact("RequestId") ?? (numbered === undefined ? null : (headers[numbered] ?? null)),
    retryAfterMs: readRetryAfter(headers),
  };
}

/** Seconds only: no store of the family sends a date. */
function readRetryAfter(headers: Readonly<Record<string, string>>): number | null {
  const value = headers["retry-after"];
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : null;
}

/**
 * Whether a body is an error although its status line says 200: completions and copies that take long are answered at
 * once, and end as they end (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html).
 */
export function isFailure(body: string): boolean {
  return readXml(body.trimStart())?.name === "Error";
}
