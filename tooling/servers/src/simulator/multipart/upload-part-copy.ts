import { maxPutSize } from "../body/body-size.js";
import { refuse } from "../http/refusal.js";
import { xmlAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { S3Request } from "../http/s3-request.js";
import { copyBytes } from "../object/copy-bytes.js";
import { copySource } from "../object/copy-source.js";
import type { S3Call } from "../state/s3-call.js";
import { writeXml } from "../xml/write-xml.js";
import { checksumElement } from "./checksum-element.js";
import { findUpload, readPartNumber } from "./find-upload.js";
import { keepPart } from "./keep-part.js";
import { computedAlgorithm } from "./upload-part.js";

/** UploadPartCopy: a part from an object that is there, or from a range of it. */
export async function uploadPartCopy(call: S3Call): Promise<S3Answer> {
  const { request, simulation } = call;
  const number = readPartNumber(call);
  const upload = findUpload(call);
  const source = copySource(request, simulation);
  const { start, end } = readRange(request, source.content.size);
  const copy = await copyBytes(
    source.content,
    start,
    end,
    computedAlgorithm(upload, simulation.realDigests),
    simulation,
  );
  const { content, etag, checksum } = copy;
  const part = { number, content, etag, modifiedAt: simulation.now(), checksum };
  await keepPart(call, upload, part);
  const modified = new Date(part.modifiedAt).toISOString();
  return xmlAnswer(
    writeXml(["CopyPartResult", [["LastModified", modified], ["ETag", etag], checksumElement(upload, checksum)]]),
  );
}

/** `bytes=first-last`, both there: an open range is no range here. */
function readRange(request: S3Request, size: number): { readonly start: number; readonly end: number } {
  const field = request.header("x-amz-copy-source-range");
  if (field === null) {
    if (size <= maxPutSize) return { start: 0, end: size };
    throw refuse(
      "InvalidRequest",
      "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120",
    );
  }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(field) ?? [];
  const [start, end] = [Number(first), Number(last) + 1];
  const isRange = first !== undefined && start < end;
  if (!isRange)
    throw refuse(
      "InvalidArgument",
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
    );
  if (end > size) throw refuse("InvalidArgument", `Range specified is not valid for source object of size: ${size}`);
  if (end - start > maxPutSize) throw refuse("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
  return { start, end };
}
