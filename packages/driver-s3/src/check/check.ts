import type { CallOptions, CheckFinding } from "@stowage/core";
import type { S3Context } from "../context.js";
import { checkBucket } from "./check-bucket.js";
import { checkLifecycle } from "./check-lifecycle.js";
import { checkOrigins } from "./check-origins.js";
import { checkUpload } from "./check-upload.js";

/**
 * Does in the bucket what uploads do, under a key of its own, and leaves nothing behind. Where the bucket cannot be
 * reached nothing else is looked at.
 */
export async function check(context: S3Context, options: CallOptions): Promise<readonly CheckFinding[]> {
  const reached = await checkBucket(context, options);
  if (reached.some(({ severity }) => severity === "error")) return reached;
  return [
    ...reached,
    ...(await checkUpload(context, options)),
    ...(await checkOrigins(context, options)),
    ...(await checkLifecycle(context, options)),
  ];
}
