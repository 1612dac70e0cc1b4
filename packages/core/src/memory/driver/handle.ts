import { UploadError } from "../../errors.js";
import type { Json } from "../../runtime.js";

/** What the engine keeps for us. */
export interface MemoryHandle {
  readonly upload: string;
  readonly generation: string;
}

/** @throws {UploadError} `BACKEND_LOST_UPLOAD` for what no release of ours wrote */
export function parseHandle(handle: Json): MemoryHandle {
  if (typeof handle === "object" && handle !== null && "upload" in handle && "generation" in handle) {
    const { upload, generation } = handle;
    if (typeof upload === "string" && typeof generation === "string") return { upload, generation };
  }
  throw lostUpload("the handle is not one of this driver's");
}

/** The backend does not know the upload, or not any more. */
export function lostUpload(message: string): UploadError<"BACKEND_LOST_UPLOAD"> {
  return new UploadError("BACKEND_LOST_UPLOAD", message, { driver: "memory" });
}
