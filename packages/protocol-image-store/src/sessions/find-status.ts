import { isUploadError } from "@stowage/core";
import type { UploadStatus } from "@stowage/core";
import type { Call } from "../call.js";

/** How far an unfinished session of the caller is; `null` where there is none of this id, or it is over. */
export async function findStatus({ engine, options }: Call, id: string): Promise<UploadStatus | null> {
  try {
    return await engine.status(id, options);
  } catch (error) {
    if (isUploadError(error) && (error.code === "SESSION_NOT_FOUND" || error.code === "SESSION_EXPIRED")) return null;
    throw error;
  }
}
