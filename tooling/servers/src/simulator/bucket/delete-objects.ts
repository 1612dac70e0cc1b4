import { receiveDocument } from "../body/receive-document.js";
import { xmlAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import { removeObject } from "../object/delete-object.js";
import type { S3Call } from "../state/s3-call.js";
import { childText, malformed, readXml } from "../xml/read-xml.js";
import { writeXml } from "../xml/write-xml.js";
import type { XmlNode } from "../xml/write-xml.js";

/** DeleteObjects: up to 1000 keys; those that are not there count as deleted. */
export async function deleteObjects({ request, bucket, payloadHash }: S3Call): Promise<S3Answer> {
  const document = readXml(await receiveDocument(request, payloadHash, true), "Delete");
  const isQuiet = childText(document, "Quiet")?.trim() === "true";
  const keys = document.children.filter((child) => child.name === "Object").map((child) => childText(child, "Key"));
  if (keys.length === 0 || keys.length > 1_000 || keys.includes(null)) throw malformed();
  await Promise.all(keys.map((key) => removeObject(bucket, key ?? "")));
  const deleted = keys.map((key): XmlNode => ["Deleted", [["Key", key ?? ""]]]);
  return xmlAnswer(writeXml(["DeleteResult", isQuiet ? [] : deleted]));
}
