import type { CallOptions, StoredObject } from "@stowage/core";
import type { AzureContext } from "../context.js";
import { isUnknown, toUploadError } from "../errors.js";
import { blobName } from "../keys.js";
import { abortHeader, markHeader } from "../mark.js";

/** An object as the service tells of it. */
export interface FoundObject {
  readonly object: StoredObject;
  /** Whose it is; `null`: not made by an upload of this driver. */
  readonly mark: string | null;
}

/** Looks at a key (the target's). `null`: nothing there, or what an abort leaves for a moment. */
export async function findObject(
  context: AzureContext,
  key: string,
  options: CallOptions,
): Promise<FoundObject | null> {
  const { control, settings } = context;
  const call = { operation: "GetBlobProperties" };
  const answer = await control.ask(call, options, (abortSignal) =>
    control.blob(blobName(settings.prefix, key)).getProperties({ abortSignal }),
  );
  if (answer.kind === "refused") {
    if (isUnknown(answer.failure)) return null;
    throw toUploadError(answer.failure, call);
  }
  const { contentLength: size = 0, etag = "", metadata = {} } = answer.output;
  if (metadata[abortHeader] !== undefined) return null;
  return { object: { key, size, etag: bareEtag(etag) }, mark: metadata[markHeader] ?? null };
}

/** Without its quotes. */
export function bareEtag(etag: string): string {
  return etag.replace(/^"(.*)"$/, "$1");
}
