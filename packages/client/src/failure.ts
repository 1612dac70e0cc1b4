/** Facts of a failure beside its code. */
export interface FailureFacts {
  readonly status?: number;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly details?: unknown;
  readonly cause?: unknown;
}

/**
 * Why an upload ended. `code` is the server's (`OBJECT_EXISTS`, `QUOTA_EXCEEDED`, …) or one of ours: `NETWORK`,
 * `CANCELLED` (by `cancel`), `STOPPED` (by the signal), `SOURCE_CHANGED` (the file changed, or cannot be read any
 * more), `CHECKSUM_MISMATCH` (the object is not what was read here), `BAD_ANSWER` (that was no server of ours).
 */
export class UploadFailure extends Error {
  override readonly name = "UploadFailure";
  declare readonly code: string;
  /** HTTP status; `null` where there was no answer. */
  declare readonly status: number | null;
  /** The same upload may succeed later; it goes on where it was. */
  declare readonly retryable: boolean;
  /** Not before, if the server said so. */
  declare readonly retryAfterMs: number | undefined;
  /** What came with a code of the server's: `{ sessionId }` of `PATH_BUSY`, `{ limit }` of `QUOTA_EXCEEDED`. */
  declare readonly details: unknown;

  constructor(code: string, message: string, facts: FailureFacts = {}) {
    super(message, facts);
    Object.assign(this, { code, status: null, retryable: false }, facts);
  }
}

/** Anything thrown. What is no failure was thrown by a callback of the application, or is a bug of ours. */
export function asFailure(error: unknown): UploadFailure {
  return error instanceof UploadFailure ? error : new UploadFailure("INTERNAL", String(error), { cause: error });
}
