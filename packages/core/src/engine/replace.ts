import { isUploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { EngineContext } from "./context.js";

/**
 * Compares and swaps. `false`: somebody else was quicker, so look again. `quota`: the owner's limit, where a
 * size is declared with it.
 *
 * @throws {UploadError} `SESSION_NOT_FOUND`, `QUOTA_EXCEEDED`
 */
export async function replaceOrYield(
  context: EngineContext,
  next: UploadSession,
  options: CallOptions,
  quota: number = Number.MAX_SAFE_INTEGER,
): Promise<boolean> {
  try {
    await context.store.replace(next, quota, options);
    return true;
  } catch (error) {
    if (isUploadError(error) && error.code === "REVISION_CONFLICT") return false;
    throw error;
  }
}
