import { type CallOptions, isUploadError } from "@stowage/core";
import type { AzureContext } from "../context.js";

/**
 * Whoever may write a blob may also lease it, for ever, so that nobody else writes or removes it: a client would keep its
 * upload from ending. A lease that is in the way is broken, and the work done again.
 */
export async function withoutLease<Value>(
  { control }: AzureContext,
  blob: string,
  options: CallOptions,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const isLeased =
      isUploadError(error) && error.code === "BACKEND_REJECTED" && error.details.vendorCode === "LeaseIdMissing";
    if (!isLeased) throw error;
    // Refused where somebody else was quicker, and then the work tells.
    await control.ask({ operation: "LeaseBlob" }, options, (abortSignal) =>
      control.blob(blob).getBlobLeaseClient().breakLease(0, { abortSignal }),
    );
    return work();
  }
}
