import type { ByteSource, UploadTarget } from "@stowage/core";

/** A body that is to become blocks. */
export interface BlockJob {
  readonly target: Pick<UploadTarget, "size" | "plan">;
  /** The blob's name. */
  readonly blob: string;
  /** Hash of the upload's mark. */
  readonly upload: string;
  /** Not used before. */
  readonly writing: string;
  /** Of the body in the object. */
  readonly offset: number;
  readonly body: ByteSource;
  /** All of the body counts, or nothing. */
  readonly isWhole: boolean;
  /** Base64, of the whole body; `null`: nobody said. */
  readonly md5: string | null;
}
