import { receiveDocument } from "../body/receive-document.js";
import { refuse } from "../http/refusal.js";
import { emptyAnswer, xmlAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { S3Call } from "../state/s3-call.js";
import { childText, malformed, readXml } from "../xml/read-xml.js";
import type { XmlElement } from "../xml/read-xml.js";
import { writeXml } from "../xml/write-xml.js";
import type { XmlNode } from "../xml/write-xml.js";

const actions = [
  "AbortIncompleteMultipartUpload",
  "Expiration",
  "NoncurrentVersionExpiration",
  "NoncurrentVersionTransition",
  "Transition",
];

/** GetBucketLifecycleConfiguration: as it was put. The simulator keeps rules and does not act on them. */
export async function getBucketLifecycle({ bucket }: S3Call): Promise<S3Answer> {
  if (bucket.lifecycle === null) {
    throw refuse("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", {
      details: { BucketName: bucket.name },
    });
  }
  return xmlAnswer(writeXml(["LifecycleConfiguration", bucket.lifecycle.map(toNode)]));
}

/** PutBucketLifecycleConfiguration. */
export async function putBucketLifecycle({ request, bucket, payloadHash }: S3Call): Promise<S3Answer> {
  const { children } = readXml(await receiveDocument(request, payloadHash, true), "LifecycleConfiguration");
  if (children.length === 0 || children.length > 1_000) throw malformed();
  for (const rule of children) requireRule(rule);
  bucket.lifecycle = children;
  return emptyAnswer(200);
}

/** DeleteBucketLifecycle. */
export async function deleteBucketLifecycle({ bucket }: S3Call): Promise<S3Answer> {
  bucket.lifecycle = null;
  return emptyAnswer(204);
}

/** A rule has a status, says what it is for, and does something. */
function requireRule(rule: XmlElement): void {
  const has = (name: string): boolean => rule.children.some((child) => child.name === name);
  const status = childText(rule, "Status")?.trim() ?? "";
  const isRule = rule.name === "Rule" && ["Enabled", "Disabled"].includes(status) && (has("Filter") || has("Prefix"));
  if (!isRule) throw malformed();
  if (!actions.some(has)) {
    throw refuse("InvalidRequest", "At least one action needs to be specified in a rule.");
  }
  const abort = rule.children.find((child) => child.name === "AbortIncompleteMultipartUpload");
  const days = abort === undefined ? "1" : (childText(abort, "DaysAfterInitiation")?.trim() ?? "");
  if (!/^\d{1,9}$/.test(days)) throw malformed();
  if (Number(days) === 0) {
    throw refuse(
      "InvalidArgument",
      "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
    );
  }
}

function toNode(element: XmlElement): XmlNode {
  return [element.name, element.children.length === 0 ? element.text : element.children.map(toNode)];
}
