import type { CallOptions, CheckFinding } from "@stowage/core";
import type { AzureContext } from "../context.js";
import { checkContainer } from "./check-container.js";
import { checkOrigins } from "./check-origins.js";
import { checkUpload } from "./check-upload.js";

/**
 * Does in the container what uploads do, under a key of its own, and leaves nothing behind. Where it cannot be reached
 * nothing else is looked at.
 */
export async function check(context: AzureContext, options: CallOptions): Promise<readonly CheckFinding[]> {
  const reached = await checkContainer(context, options);
  if (reached.some(({ severity }) => severity === "error")) return reached;
  return [...reached, ...(await checkUpload(context, options)), ...(await checkOrigins(context, options))];
}
