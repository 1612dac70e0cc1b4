import type { CallOptions } from "@stowage/core";
import type { AzureContext } from "../context.js";
import { toUploadError } from "../errors.js";
import { reach } from "./reach.js";

/** One request, without bytes. @throws {UploadError} `BACKEND_*` where no new upload should go there now */
export async function ping(context: AzureContext, options: CallOptions): Promise<void> {
  const { failure } = await reach(context, options);
  if (failure !== null) throw toUploadError(failure, { operation: "GetBlob" });
}
