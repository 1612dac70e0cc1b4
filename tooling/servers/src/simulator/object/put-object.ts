import { fieldOf } from "../body/declared-digests.js";
import { receiveBody } from "../body/receive-body.js";
import { emptyAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { StoredObject } from "../state/bucket.js";
import type { S3Call } from "../state/s3-call.js";
import { newHex } from "../state/simulation.js";
import { keptHeaders } from "./kept-headers.js";
import { putInPlace } from "./put-in-place.js";
import { beginWrite } from "./write-conditions.js";

/** PutObject: the body is the object. */
export async function putObject({ request, bucket, key, payloadHash, simulation }: S3Call): Promise<S3Answer> {
  const allowed = beginWrite(request, bucket, key);
  const { realDigests, contents } = simulation;
  const wanted = { md5: realDigests, checksum: realDigests ? ("CRC64NVME" as const) : null };
  const { content, md5, checksum } = await receiveBody(request, payloadHash, contents, wanted);
  const object: StoredObject = {
    content,
    etag: `"${md5?.toString("hex") ?? newHex()}"`,
    modifiedAt: simulation.now(),
    headers: keptHeaders(request),
    checksum: checksum === null ? null : { ...checksum, type: "FULL_OBJECT" },
    partSizes: null,
  };
  await putInPlace(bucket, key, object, allowed);
  return emptyAnswer(200, { etag: object.etag, ...checksumHeaders(object) });
}

/** The checksum's fields in an answer. */
export function checksumHeaders({ checksum }: Pick<StoredObject, "checksum">): Readonly<Record<string, string>> {
  if (checksum === null) return {};
  return { [fieldOf(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}
