import { receiveDocument } from "../body/receive-document.js";
import { refuse } from "../http/refusal.js";
import { emptyAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { S3Request } from "../http/s3-request.js";
import { newBucket } from "../state/bucket.js";
import type { Simulation } from "../state/simulation.js";
import { readXml } from "../xml/read-xml.js";

/** CreateBucket. Everybody here is one account, so that the name of a bucket that exists is always one's own. */
export async function createBucket(
  request: S3Request,
  name: string,
  payloadHash: string,
  simulation: Simulation,
): Promise<S3Answer> {
  const isName = /^[a-z\d](?:[a-z\d-]|\.(?!\.)){1,61}[a-z\d]$/.test(name) && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (!isName)
    throw refuse("InvalidBucketName", "The specified bucket is not valid.", { details: { BucketName: name } });
  // To make it again is no error in us-east-1, for history's sake (API reference, CreateBucket).
  if (simulation.buckets.has(name) && simulation.region === "us-east-1")
    return emptyAnswer(200, { location: `/${name}` });
  if (simulation.buckets.has(name)) {
    throw refuse(
      "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it.",
      {
        details: { BucketName: name },
      },
    );
  }
  const hasBody = request.header("content-length") !== null && request.header("content-length") !== "0";
  if (hasBody) readXml(await receiveDocument(request, payloadHash, false), "CreateBucketConfiguration");
  simulation.buckets.set(name, newBucket(name, simulation.now()));
  return emptyAnswer(200, { location: `/${name}` });
}
