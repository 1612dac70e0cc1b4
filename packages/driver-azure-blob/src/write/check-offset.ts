import { UploadError, type UploadTarget } from "@stowage/core";
import { mostUnsized } from "../block/block-size.js";

/** Beyond that blocks of an upload of unknown length could not be held. @throws {UploadError} `OBJECT_TOO_LARGE` */
export function checkOffset({ size }: Pick<UploadTarget, "size">, offset: number): void {
  if (size !== null || offset <= mostUnsized) return;
  const details = { size: offset, limit: mostUnsized };
  throw new UploadError("OBJECT_TOO_LARGE", `over ${mostUnsized} bytes without a size`, details);
}
