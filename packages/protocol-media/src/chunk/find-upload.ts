import { UploadError } from "@stowage/core";
import type { ErrorCode, ErrorDetails, SessionView, UploadStatus } from "@stowage/core";
import type { Call } from "../call.js";
import { protocolName, uploadFacts } from "./upload-facts.js";
import type { UploadFacts } from "./upload-facts.js";

/** An upload of this front-end that has not ended badly. */
export interface FoundUpload {
  readonly status: UploadStatus;
  readonly facts: UploadFacts;
}

/**
 * The caller's upload of an id. Unknown ones, somebody else's and those of other front-ends look the same.
 *
 * @throws {UploadError} `SESSION_NOT_FOUND`, `SESSION_EXPIRED`, `SESSION_CLOSED`, or what it ended with
 */
export async function findUpload({ engine, options }: Call, id: string): Promise<FoundUpload> {
  const unknown = new UploadError("SESSION_NOT_FOUND", "no such upload", { id });
  // Before the store hears of it: an id is anything that a client sends.
  if (!/^[\w.~-]{1,128}$/.test(id)) throw unknown;
  const status = await engine.status(id, options);
  const facts = uploadFacts.safeParse(status.session.wire);
  if (status.session.protocol !== protocolName || !facts.success) throw unknown;
  refuseEnded(status.session);
  return { status, facts: facts.data };
}

function refuseEnded(session: SessionView): void {
  if (session.state !== "aborting" && session.state !== "aborted") return;
  const { id, expiresAt, state, cause } = session;
  if (cause.error !== undefined)
    throw new UploadError(
      cause.error.code,
      "the upload failed",
      cause.error.details as unknown as ErrorDetails[ErrorCode],
    );
  if (cause.reason === "expired")
    throw new UploadError("SESSION_EXPIRED", "the upload has expired", { id, expiredAt: expiresAt });
  throw new UploadError("SESSION_CLOSED", `the upload is ${state}`, { id, state });
}
