import { xmlAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { Simulation } from "../state/simulation.js";
import { writeXml } from "../xml/write-xml.js";
import type { XmlNode } from "../xml/write-xml.js";
import { compareKeys } from "./list-parameters.js";

/** ListBuckets: all of them. */
export async function listBuckets({ buckets, credentials }: Simulation): Promise<S3Answer> {
  const sorted = [...buckets.values()].sort((one, two) => compareKeys(one.name, two.name));
  const rows = sorted.map(({ name, createdAt }): XmlNode => [
    "Bucket",
    [
      ["Name", name],
      ["CreationDate", new Date(createdAt).toISOString()],
    ],
  ]);
  const owner: XmlNode = ["Owner", [["ID", credentials[0]?.accessKeyId ?? ""]]];
  return xmlAnswer(writeXml(["ListAllMyBucketsResult", [owner, ["Buckets", rows]]]));
}
