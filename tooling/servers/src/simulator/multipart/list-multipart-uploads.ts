import { commonPrefix, compareKeys, readCount, readEncoding } from "../bucket/list-parameters.js";
import { xmlAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { OpenUpload } from "../state/bucket.js";
import type { S3Call } from "../state/s3-call.js";
import { writeXml } from "../xml/write-xml.js";
import type { XmlNode } from "../xml/write-xml.js";

/** An upload, or the folder that stands for all uploads in it. */
type Row = { readonly upload: OpenUpload } | { readonly folder: string };

/** ListMultipartUploads: by key, then by start; at most 1000 at once. */
export async function listMultipartUploads({ request, bucket, simulation }: S3Call): Promise<S3Answer> {
  const prefix = request.parameter("prefix") ?? "";
  const delimiter = request.parameter("delimiter") ?? "";
  const keyMarker = request.parameter("key-marker") ?? "";
  const idMarker = keyMarker === "" ? "" : (request.parameter("upload-id-marker") ?? "");
  const most = readCount(request, "max-uploads");
  const encoding = readEncoding(request);
  const sorted = [...bucket.uploads.values()].filter(({ key }) => key.startsWith(prefix)).sort(compareUploads);
  const rows = rowsOf(afterMarker(sorted, keyMarker, idMarker), prefix, delimiter, keyMarker);
  const page = rows.slice(0, most);
  const last = page.at(-1);
  const isTruncated = rows.length > page.length;
  const owner: XmlNode[] = [["ID", simulation.credentials[0]?.accessKeyId ?? ""]];
  const nextKey = last === undefined ? "" : "folder" in last ? last.folder : last.upload.key;
  const nextId = last === undefined || "folder" in last ? "" : last.upload.id;
  return xmlAnswer(
    writeXml([
      "ListMultipartUploadsResult",
      [
        ["Bucket", bucket.name],
        ["KeyMarker", encoding.write(keyMarker)],
        ["UploadIdMarker", idMarker],
        isTruncated ? ["NextKeyMarker", encoding.write(nextKey)] : null,
        isTruncated ? ["NextUploadIdMarker", nextId] : null,
        ["Prefix", encoding.write(prefix)],
        delimiter === "" ? null : ["Delimiter", encoding.write(delimiter)],
        encoding.type === null ? null : ["EncodingType", encoding.type],
        ["MaxUploads", most],
        ["IsTruncated", isTruncated],
        ...page.map((row) => rowElement(row, owner, (text) => encoding.write(text))),
      ],
    ]),
  );
}

function compareUploads(one: OpenUpload, two: OpenUpload): number {
  return compareKeys(one.key, two.key) || one.startedAt - two.startedAt || compareKeys(one.id, two.id);
}

/** After all uploads of the key that the marker names, or only after that one upload of it. */
function afterMarker(sorted: readonly OpenUpload[], key: string, id: string): readonly OpenUpload[] {
  if (key === "") return sorted;
  const at = sorted.findIndex((upload) => upload.key === key && upload.id === id);
  if (id !== "" && at !== -1) return sorted.slice(at + 1);
  return sorted.filter((upload) => compareKeys(upload.key, key) > 0);
}

function rowsOf(uploads: readonly OpenUpload[], prefix: string, delimiter: string, marker: string): readonly Row[] {
  const rows: Row[] = [];
  let before: string | null = null;
  for (const upload of uploads) {
    const folder = commonPrefix(upload.key, prefix, delimiter);
    if (folder === null) rows.push({ upload });
    else if (folder !== before && folder !== marker) rows.push({ folder });
    before = folder;
  }
  return rows;
}

function rowElement(row: Row, owner: XmlNode[], write: (name: string) => string): XmlNode {
  if ("folder" in row) return ["CommonPrefixes", [["Prefix", write(row.folder)]]];
  const { key, id, startedAt, algorithm, type } = row.upload;
  return [
    "Upload",
    [
      ["Key", write(key)],
      ["UploadId", id],
      ["Initiator", owner],
      ["Owner", owner],
      ["StorageClass", "STANDARD"],
      ["Initiated", new Date(startedAt).toISOString()],
      algorithm === null ? null : ["ChecksumAlgorithm", algorithm],
      algorithm === null ? null : ["ChecksumType", type],
    ],
  ];
}
