import { maxPutSize } from "../body/body-size.js";
import { refuse } from "../http/refusal.js";
import { xmlAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { StoredObject } from "../state/bucket.js";
import type { S3Call } from "../state/s3-call.js";
import { writeXml } from "../xml/write-xml.js";
import { copyBytes } from "./copy-bytes.js";
import { copySource } from "./copy-source.js";
import { keptHeaders } from "./kept-headers.js";
import { putInPlace } from "./put-in-place.js";
import { beginWrite } from "./write-conditions.js";

/** CopyObject: up to 5 GiB, with the source's fields unless `x-amz-metadata-directive` is `REPLACE`. */
export async function copyObject({ request, bucket, key, simulation }: S3Call): Promise<S3Answer> {
  const source = copySource(request, simulation);
  const replaces = request.header("x-amz-metadata-directive") === "REPLACE";
  if (source.content.size > maxPutSize) {
    throw refuse(
      "InvalidRequest",
      "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120",
    );
  }
  if (!replaces && bucket.objects.get(key) === source) {
    throw refuse(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const allowed = beginWrite(request, bucket, key);
  const algorithm = source.checksum?.algorithm ?? null;
  const copy = await copyBytes(source.content, 0, source.content.size, algorithm, simulation);
  const object: StoredObject = {
    content: copy.content,
    etag: copy.etag,
    modifiedAt: simulation.now(),
    headers: replaces ? keptHeaders(request) : source.headers,
    checksum: copy.checksum === null ? null : { ...copy.checksum, type: "FULL_OBJECT" },
    partSizes: null,
  };
  await putInPlace(bucket, key, object, allowed);
  const modified = new Date(object.modifiedAt).toISOString();
  return xmlAnswer(
    writeXml([
      "CopyObjectResult",
      [
        ["LastModified", modified],
        ["ETag", object.etag],
      ],
    ]),
  );
}
