import { readCount } from "../bucket/list-parameters.js";
import { xmlAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { StoredPart } from "../state/bucket.js";
import type { S3Call } from "../state/s3-call.js";
import { writeXml } from "../xml/write-xml.js";
import type { XmlNode } from "../xml/write-xml.js";
import { checksumElement } from "./checksum-element.js";
import { findUpload } from "./find-upload.js";

/** ListParts: by number, at most 1000 at once, after `part-number-marker`. */
export async function listParts(call: S3Call): Promise<S3Answer> {
  const { request, bucket, key, simulation } = call;
  const upload = findUpload(call);
  const most = readCount(request, "max-parts");
  const marker = readCount(request, "part-number-marker", 0, Number.MAX_SAFE_INTEGER);
  const after = [...upload.parts.values()]
    .filter((part) => part.number > marker)
    .sort((one, two) => one.number - two.number);
  const page = after.slice(0, most);
  const element = (part: StoredPart): XmlNode => [
    "Part",
    [
      ["PartNumber", part.number],
      ["LastModified", new Date(part.modifiedAt).toISOString()],
      ["ETag", part.etag],
      ["Size", part.content.size],
      checksumElement(upload, part.checksum),
    ],
  ];
  const owner: XmlNode[] = [["ID", simulation.credentials[0]?.accessKeyId ?? ""]];
  return xmlAnswer(
    writeXml([
      "ListPartsResult",
      [
        ["Bucket", bucket.name],
        ["Key", key],
        ["UploadId", upload.id],
        ["Initiator", owner],
        ["Owner", owner],
        ["StorageClass", "STANDARD"],
        ["PartNumberMarker", marker],
        ["NextPartNumberMarker", page.at(-1)?.number ?? 0],
        ["MaxParts", most],
        ["IsTruncated", after.length > page.length],
        ...page.map(element),
        ...(upload.algorithm === null
          ? []
          : ([
              ["ChecksumAlgorithm", upload.algorithm],
              ["ChecksumType", upload.type],
            ] as const)),
      ],
    ]),
  );
}
