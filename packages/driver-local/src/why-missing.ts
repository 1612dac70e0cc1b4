import type { UploadError } from "@stowage/core";
import { lostUpload, rootGone } from "./errors.js";
import type { FileCalls } from "./file-calls.js";
import { isOlder } from "./file-identity.js";
import type { PartFiles } from "./open-part.js";

/**
 * What to say where files that were written to are not there: the upload is lost, unless the root is gone with them. A
 * disk that was not mounted when the process started has an empty root made in its place: its folders are younger than
 * the files of these identities.
 */
export async function whyMissing(
  { layout, root }: Pick<PartFiles, "layout" | "root">,
  calls: FileCalls,
  reason: string,
  identities: Iterable<string>,
): Promise<UploadError> {
  if (!(await root.isThere(calls))) return rootGone();
  const parts = await calls.lstat(layout.parts);
  if (parts === null) return rootGone();
  return [...identities].some((identity) => isOlder(identity, parts.bornAt)) ? rootGone() : lostUpload(reason);
}
