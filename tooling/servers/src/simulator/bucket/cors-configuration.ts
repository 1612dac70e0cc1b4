import { receiveDocument } from "../body/receive-document.js";
import { refuse } from "../http/refusal.js";
import { emptyAnswer, xmlAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { S3Call } from "../state/s3-call.js";
import { readXml } from "../xml/read-xml.js";
import { writeXml } from "../xml/write-xml.js";
import { corsRuleElement, readCorsRules } from "./cors-rule.js";

/** GetBucketCors. */
export async function getBucketCors({ bucket }: S3Call): Promise<S3Answer> {
  if (bucket.cors === null) {
    throw refuse("NoSuchCORSConfiguration", "The CORS configuration does not exist", {
      details: { BucketName: bucket.name },
    });
  }
  return xmlAnswer(writeXml(["CORSConfiguration", bucket.cors.map(corsRuleElement)]));
}

/** PutBucketCors: takes the place of all rules. */
export async function putBucketCors({ request, bucket, payloadHash }: S3Call): Promise<S3Answer> {
  bucket.cors = readCorsRules(readXml(await receiveDocument(request, payloadHash, true), "CORSConfiguration"));
  return emptyAnswer(200);
}

/** DeleteBucketCors. */
export async function deleteBucketCors({ bucket }: S3Call): Promise<S3Answer> {
  bucket.cors = null;
  return emptyAnswer(204);
}
