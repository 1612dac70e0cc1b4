import { fromBytes, isUploadError, UploadError } from "@stowage/core";
import type { ByteRange, CallOptions, Receipt, StoredObject } from "@stowage/core";
import { lostUpload, objectExists, refusalOf } from "./errors.js";
import { findFile } from "./find-file.js";
import { findSession } from "./find-session.js";
import type { UploadContext } from "./upload-context.js";

/**
 * `ChunkSink.complete`. A commit overwrites, so the path is looked at before; and a commit ends the session, which is how
 * a file that an earlier call made is told from another upload's.
 */
export async function complete(
  upload: UploadContext,
  receipts: readonly Receipt[],
  options: CallOptions,
): Promise<StoredObject> {
  checkWhole(receipts, upload.size);
  const there = await findFile(upload, options);
  if (there !== null) return ownFile(upload, there, options);
  if (upload.size === 0) return makeEmpty(upload, options);
  const session = await findSession(upload, options);
  if (session === null) return madeMeanwhile(upload, lostUpload("the server has no session of the upload"), options);
  if (session.missing.length > 0) throw lostUpload("the server lacks bytes that it acknowledged");
  const reply = await upload.api(
    { method: "POST", operation: "CommitUploadSession", session: upload.session },
    options,
  );
  if (reply.status === 200) return objectOf(upload);
  const refusal = refusalOf(reply, "CommitUploadSession");
  // A completion beside this one may have ended the session.
  if (isUploadError(refusal) && refusal.code === "BACKEND_REJECTED") return madeMeanwhile(upload, refusal, options);
  throw refusal;
}

/**
 * A file of the right size is ours where our session is over. One with gaps is over, too: all was acknowledged once, so a
 * late chunk has made it anew.
 *
 * @throws {UploadError} `OBJECT_EXISTS` where another upload made it
 */
async function ownFile(upload: UploadContext, size: number, options: CallOptions): Promise<StoredObject> {
  if (size !== upload.size) throw objectExists(upload.target.key);
  const session = size === 0 ? null : await findSession(upload, options);
  if (session !== null && session.missing.length === 0) throw objectExists(upload.target.key);
  return objectOf(upload);
}

/** An empty file needs no session; Microsoft's commit of one never succeeds. */
async function makeEmpty(upload: UploadContext, options: CallOptions): Promise<StoredObject> {
  const body = fromBytes(new Uint8Array());
  const headers = { "content-type": "application/octet-stream" };
  const reply = await upload.api({ method: "PUT", path: upload.path, headers, body }, options);
  if (reply.status === 200) return objectOf(upload);
  throw refusalOf(reply, "UploadFile");
}

async function madeMeanwhile(
  upload: UploadContext,
  otherwise: UploadError,
  options: CallOptions,
): Promise<StoredObject> {
  if ((await findFile(upload, options)) === upload.size) return objectOf(upload);
  throw otherwise;
}

function objectOf({ target, size }: UploadContext): StoredObject {
  return { key: target.key, size };
}

/** @throws {UploadError} `UPLOAD_INCOMPLETE` */
function checkWhole(receipts: readonly Receipt[], size: number): void {
  const missing: ByteRange[] = [];
  let end = 0;
  for (const receipt of receipts.toSorted((a, b) => a.offset - b.offset)) {
    if (receipt.offset > end) missing.push({ start: end, end: receipt.offset });
    end = Math.max(end, receipt.offset + receipt.size);
  }
  if (end < size) missing.push({ start: end, end: size });
  if (missing.length > 0)
    throw new UploadError("UPLOAD_INCOMPLETE", `${missing.length} ranges are missing`, { missing });
}
