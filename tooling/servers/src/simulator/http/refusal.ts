/** What S3 answers instead of acting: an error document with this code. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Further elements of the document, by name, in their order. */
  readonly details: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** HTTP status of each code (API reference, "List of error codes"). What is not named here is a 400. */
const statuses: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  AccessForbidden: 403,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  ConditionalRequestConflict: 409,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidRange: 416,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchCORSConfiguration: 404,
  NoSuchKey: 404,
  NoSuchLifecycleConfiguration: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  NotModified: 304,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
};

/** An error to throw: whoever handles the request answers with it. */
export function refuse(
  code: string,
  message: string,
  more: {
    readonly details?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Error & { readonly refusal: Refusal } {
  const { details = {}, headers = {} } = more;
  const refusal: Refusal = { status: statuses[code] ?? 400, code, message, details, headers };
  return Object.assign(new Error(`${code}: ${message}`), { refusal });
}

/** The refusal that was thrown; `null` for any other failure. */
export function refusalOf(error: unknown): Refusal | null {
  if (typeof error !== "object" || error === null || !("refusal" in error)) return null;
  return error.refusal as Refusal;
}
