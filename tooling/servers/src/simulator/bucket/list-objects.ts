import { refuse } from "../http/refusal.js";
import { xmlAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { StoredObject } from "../state/bucket.js";
import type { S3Call } from "../state/s3-call.js";
import { writeXml } from "../xml/write-xml.js";
import type { XmlNode } from "../xml/write-xml.js";
import { commonPrefix, compareKeys, readCount, readEncoding } from "./list-parameters.js";

type Row = { readonly key: string; readonly object: StoredObject } | { readonly folder: string };

/** ListObjectsV2: by key, at most 1000 at once; a token is the Base64 of the last name. */
export async function listObjects({ request, bucket }: S3Call): Promise<S3Answer> {
  if (request.parameter("list-type") !== "2") {
    throw refuse(
      "NotImplemented",
      "A header you provided implies functionality that is not implemented: ListObjects of version 1",
    );
  }
  const [prefix, delimiter, startAfter, token] = ["prefix", "delimiter", "start-after", "continuation-token"].map(
    (name) => request.parameter(name),
  );
  const encoding = readEncoding(request);
  const most = readCount(request, "max-keys");
  const after = token === null || token === undefined ? (startAfter ?? "") : readToken(token);
  const rows = rowsOf(bucket.objects, prefix ?? "", delimiter ?? "", after);
  const page = rows.slice(0, most);
  const last = page.at(-1);
  const isTruncated = most > 0 && rows.length > page.length;
  const next = last === undefined ? "" : Buffer.from("folder" in last ? last.folder : last.key).toString("base64");
  return xmlAnswer(
    writeXml([
      "ListBucketResult",
      [
        ["Name", bucket.name],
        ["Prefix", encoding.write(prefix ?? "")],
        startAfter === null || startAfter === undefined ? null : ["StartAfter", encoding.write(startAfter)],
        token === null || token === undefined ? null : ["ContinuationToken", token],
        isTruncated ? ["NextContinuationToken", next] : null,
        ["KeyCount", page.length],
        ["MaxKeys", most],
        delimiter === null || delimiter === undefined ? null : ["Delimiter", encoding.write(delimiter)],
        encoding.type === null ? null : ["EncodingType", encoding.type],
        ["IsTruncated", isTruncated],
        ...page.map((row) => rowElement(row, (text) => encoding.write(text))),
      ],
    ]),
  );
}

function rowsOf(
  objects: ReadonlyMap<string, StoredObject>,
  prefix: string,
  delimiter: string,
  after: string,
): readonly Row[] {
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(compareKeys);
  const rows: Row[] = [];
  let before: string | null = null;
  for (const key of keys) {
    const folder = commonPrefix(key, prefix, delimiter);
    const object = objects.get(key);
    const isPast = compareKeys(folder ?? key, after) <= 0;
    if (!isPast && folder === null && object !== undefined) rows.push({ key, object });
    if (!isPast && folder !== null && folder !== before) rows.push({ folder });
    before = folder;
  }
  return rows;
}

function rowElement(row: Row, write: (name: string) => string): XmlNode {
  if ("folder" in row) return ["CommonPrefixes", [["Prefix", write(row.folder)]]];
  const { key, object } = row;
  return [
    "Contents",
    [
      ["Key", write(key)],
      ["LastModified", new Date(object.modifiedAt).toISOString()],
      ["ETag", object.etag],
      object.checksum === null ? null : ["ChecksumAlgorithm", object.checksum.algorithm],
      object.checksum === null ? null : ["ChecksumType", object.checksum.type],
      ["Size", object.content.size],
      ["StorageClass", "STANDARD"],
    ],
  ];
}

function readToken(token: string): string {
  const name = Buffer.from(token, "base64").toString("utf8");
  if (name !== "" && Buffer.from(name).toString("base64") === token) return name;
  throw refuse("InvalidArgument", "The continuation token provided is incorrect", {
    details: { ArgumentName: "continuation-token" },
  });
}
