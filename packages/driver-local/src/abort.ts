import type { UploadTarget } from "@stowage/core";
import type { LocalContext } from "./context.js";
import { toUploadError } from "./errors.js";
import { uploadIdOf } from "./layout.js";
import { removeParts } from "./remove-parts.js";
import { releaseKey } from "./reserve-key.js";

/**
 * Gives an upload up. Its files are named after the target, so that they are found with any handle, an unreadable one
 * and none at all. Writers of this process that come later are refused.
 */
export async function abort(context: LocalContext, target: UploadTarget): Promise<void> {
  const upload = uploadIdOf(target);
  const calls = context.callsFor(target.size);
  context.ended.add(upload);
  try {
    // On a disk that is not mounted the files stay: the abort is to be done again.
    await context.root.checkThere(calls);
    await context.descriptors.retire(upload);
    await removeParts(context, calls, upload);
    await releaseKey(context.layout, target.key, upload);
  } catch (error) {
    throw toUploadError(error, "abort");
  }
}
