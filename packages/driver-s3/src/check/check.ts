import type { CallOptions, CheckFinding } from "@stowage/core";
import type { S3Context } from "../context.js";

export async function check(_context: S3Context, _options: CallOptions): Promise<readonly CheckFinding[]> {
  return [];
}
