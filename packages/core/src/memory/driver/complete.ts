import type { ByteRange } from "../../bytes.js";
import type { Receipt } from "../../driver.js";
import { UploadError } from "../../errors.js";
import type { StoredObject } from "../../target.js";
import { lostUpload } from "./handle.js";
import type { MemorySink } from "./write.js";

/** `ChunkSink.complete`: the object gets memory of its own, which no late writer reaches. */
export function complete(sink: MemorySink, receipts: readonly Receipt[]): StoredObject {
  const { backend, handle, target } = sink;
  const { key } = target;
  const there = backend.objects.get(key);
  if (there?.upload === handle.upload) return { key, size: there.bytes.byteLength };
  const size = target.size ?? receipts.reduce((end, receipt) => Math.max(end, receipt.offset + receipt.size), 0);
  const missing = gaps(receipts, size);
  if (missing.length > 0)
    throw new UploadError("UPLOAD_INCOMPLETE", `${missing.length} ranges are missing`, { missing });
  if (there !== undefined) throw new UploadError("OBJECT_EXISTS", "another object is at the key", { path: key });
  const generation = backend.uploads.get(handle.upload)?.generations.get(handle.generation);
  if (generation === undefined && size > 0) throw lostUpload("no such upload");
  checkParts(sink, receipts, size);
  backend.objects.set(key, { upload: handle.upload, bytes: generation?.buffer.prefix(size) ?? new Uint8Array(0) });
  backend.uploads.delete(handle.upload);
  return { key, size };
}

function gaps(receipts: readonly Receipt[], size: number): readonly ByteRange[] {
  const missing: ByteRange[] = [];
  let end = 0;
  for (const receipt of receipts.toSorted((a, b) => a.offset - b.offset)) {
    if (receipt.offset > end) missing.push({ start: end, end: receipt.offset });
    end = Math.max(end, receipt.offset + receipt.size);
  }
  return end < size ? [...missing, { start: end, end: size }] : missing;
}

/** Where bodies have no length the limits show only now. */
function checkParts({ capabilities }: MemorySink, receipts: readonly Receipt[], size: number): void {
  const { minSize, maxCount, uniform = false } = capabilities.part;
  const inner = receipts.filter((receipt) => receipt.offset + receipt.size < size);
  const first = inner[0]?.size;
  const isWrong =
    receipts.length > maxCount ||
    inner.some((receipt) => receipt.size < minSize || (uniform && receipt.size !== first));
  if (isWrong)
    throw new UploadError("BACKEND_REJECTED", "the parts do not fit the limits", { driver: "memory", status: 400 });
}
