import type { Call } from "../call.js";
import { findUpload } from "../chunk/find-upload.js";
import type { Outcome } from "../wire/outcome.js";
import { describePublished } from "./describe-published.js";
import { publishCopy } from "./publish-copy.js";
import { readUploadId } from "./read-upload-id.js";

/**
 * `POST /upload/chunk/complete/`: makes the file and answers what it is. The same answer each time, as long as the upload's
 * tombstone lives and the file stays where it was put.
 */
export async function completeUpload(call: Call): Promise<Outcome> {
  const id = await readUploadId(call.exchange, call.runtime.clock);
  const upload = await findUpload(call, id);
  await call.engine.complete(id, call.options);
  const { entry } = upload.status.session;
  return entry === null ? publishCopy(call, upload) : describePublished(call, id, entry.path);
}
