import { type ErrorCode, type ErrorDetails, UploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { SessionSnapshot } from "../store.js";
import type { Caller } from "../uploads.js";
import type { EngineContext } from "./context.js";

/**
 * Loads a session for a caller. A stranger's session and an unknown one look the same.
 *
 * @throws {UploadError} `SESSION_NOT_FOUND`
 */
export async function loadVisible(
  context: EngineContext,
  caller: Caller,
  id: string,
  options: CallOptions,
): Promise<SessionSnapshot> {
  const snapshot = await context.store.get(id, options);
  if (snapshot === null || !owns(caller, snapshot.session.owner)) throw notFound(id);
  return snapshot;
}

/** @throws {UploadError} `SESSION_NOT_FOUND` */
export async function load(context: EngineContext, id: string, options: CallOptions): Promise<SessionSnapshot> {
  const snapshot = await context.store.get(id, options);
  if (snapshot === null) throw notFound(id);
  return snapshot;
}

/** The operator owns everything. */
export function owns(caller: Caller, owner: string): boolean {
  return caller.owner === null || caller.owner === owner;
}

function notFound(id: string): UploadError<"SESSION_NOT_FOUND"> {
  return new UploadError("SESSION_NOT_FOUND", `session ${id} is not there`, { id });
}

/** @throws {UploadError} `SESSION_EXPIRED` where an unfinished session is past its time */
export function checkNotExpired(context: EngineContext, { id, state, expiresAt }: UploadSession): void {
  if (state === "open" && expiresAt <= context.runtime.clock.now()) {
    throw new UploadError("SESSION_EXPIRED", `session ${id} has expired`, { id, expiredAt: expiresAt });
  }
}

/** What a session that takes no bytes any more answers: how it ended, told again to whoever asks again. */
export function closedError(session: UploadSession): UploadError {
  const { id, state } = session;
  if (state === "aborting" || state === "aborted") {
    const { error, reason } = session.cause;
    if (error !== undefined) return retell(error);
    if (reason === "expired")
      return new UploadError("SESSION_EXPIRED", `session ${id} has expired`, { id, expiredAt: session.expiresAt });
  }
  return new UploadError("SESSION_CLOSED", `session ${id} is ${state}`, { id, state });
}

function retell(error: { readonly code: ErrorCode; readonly details: unknown }): UploadError {
  return new UploadError(error.code, `the upload failed: ${error.code}`, error.details as ErrorDetails[ErrorCode]);
}
