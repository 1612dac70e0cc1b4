import type { CallOptions, SessionView, Uploads } from "@stowage/core";

/**
 * Completes an upload whose client says that all is there. The backend is asked; what the client says proves nothing.
 * Done before, it is done again.
 *
 * @throws {UploadError} what `complete` throws
 */
export async function finishUpload(
  uploads: Pick<Uploads, "callback" | "complete">,
  { id, transfer }: Pick<SessionView, "id" | "transfer">,
  options: CallOptions,
): Promise<void> {
  if (transfer === "through") await uploads.complete(id, options);
  else await uploads.callback(id, null, options);
}
