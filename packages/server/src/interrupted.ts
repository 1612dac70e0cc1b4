import { UploadError } from "@stowage/core";

/** A body that broke off: what came before it may count, so the client asks for the offset first. */
export function interrupted(reason: "client" | "idle" | "draining", cause?: unknown): UploadError<"INTERRUPTED"> {
  return new UploadError(
    "INTERRUPTED",
    `the request broke off: ${reason}`,
    { reason },
    { retry: "after-probe", cause },
  );
}
