import { isUploadError } from "@stowage/core";
import type { CreateUpload, SessionView } from "@stowage/core";
import type { Call } from "../call.js";
import { mediaPaths } from "./media-path.js";
import type { PathFacts } from "./media-path.js";

/**
 * Makes an upload at the first path that nothing else has or aims at.
 *
 * @throws {UploadError} what `Uploads.create` throws; `OBJECT_EXISTS` and `PATH_BUSY` where every path is taken
 */
export async function createAtFreePath(call: Call, request: CreateUpload, facts: PathFacts): Promise<SessionView> {
  let taken: unknown;
  for (const path of mediaPaths(call.settings.path, facts)) {
    try {
      return await call.engine.create({ ...request, path }, call.options);
    } catch (error) {
      if (!isUploadError(error) || (error.code !== "OBJECT_EXISTS" && error.code !== "PATH_BUSY")) throw error;
      taken = error;
    }
  }
  throw taken;
}
