import type { Failure } from "@stowage/s3-wire";

/** The parts of the SDK's exceptions that tell what the store said; by shape, as classes may be another copy's. */
interface ServiceException {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

/** What an exception of the SDK says that the store said; `null` where no answer came. */
export function failureOf(error: unknown): Failure | null {
  if (typeof error !== "object" || error === null) return null;
  const { name = "", message, $metadata, $response } = error as ServiceException;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  if (status === undefined) return null;
  const wait = $response?.headers?.["retry-after"];
  return {
    status,
    // Answers without a body (to HEAD) get a name from the SDK, which says no more than the status.
    code: /^(?:Unknown\w*|NotFound|Forbidden|S3ServiceException|Error|\d+)?$/.test(name) ? null : name,
    message: message ?? null,
    requestId: $metadata?.requestId ?? null,
    retryAfterMs: wait !== undefined && /^\d{1,6}$/.test(wait) ? Number(wait) * 1000 : null,
  };
}
