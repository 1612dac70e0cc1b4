import type { CallOptions } from "@stowage/core";
import type { AzureContext } from "../context.js";
import { isUnknown, toUploadError } from "../errors.js";

/**
 * Removes one blob by its name; none there is as good.
 *
 * @param etag quoted; only that one. Absent: whatever is there.
 */
export async function removeBlob(
  { control }: AzureContext,
  blob: string,
  options: CallOptions,
  etag?: string,
): Promise<void> {
  const call = { operation: "DeleteBlob" };
  const conditions = etag === undefined ? {} : { conditions: { ifMatch: etag } };
  const answer = await control.ask(call, options, (abortSignal) =>
    control.blob(blob).delete({ abortSignal, deleteSnapshots: "include", ...conditions }),
  );
  if (answer.kind === "done" || isUnknown(answer.failure)) return;
  if (etag !== undefined && answer.failure.status === 412) return;
  throw toUploadError(answer.failure, call);
}
