import { UploadError } from "@stowage/core";
import type { BlockJob } from "./block-job.js";
import type { BodyReader } from "./body-reader.js";
import type { Digesting } from "./digesting.js";

/**
 * Whether a body that is over, or broke, may count as it came.
 *
 * @throws {UploadError} `BODY_TRUNCATED`, `CHECKSUM_MISMATCH`; and what a body that must be whole threw
 */
export async function checkEnd(
  reader: BodyReader,
  { body, isWhole, md5, offset }: Pick<BlockJob, "body" | "isWhole" | "md5" | "offset">,
  came: number,
  digest: Digesting,
): Promise<void> {
  // What it has to say after its last byte may be an error.
  if (reader.broken === null && came === body.size) await reader.more();
  if (reader.broken !== null) {
    if (isWhole) throw reader.broken.error;
    return;
  }
  if (body.size !== null && came < body.size) {
    if (!isWhole) return;
    const details = { expected: body.size, actual: came };
    throw new UploadError("BODY_TRUNCATED", `got ${came} of ${body.size} bytes`, details, { retry: "same" });
  }
  if (md5 === null || digest.value() === md5) return;
  const details = { offset, algorithm: "md5" } as const;
  throw new UploadError("CHECKSUM_MISMATCH", `chunk at ${offset}: its md5 differs`, details, { retry: "same" });
}
