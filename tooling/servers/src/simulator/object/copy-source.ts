import { refuse } from "../http/refusal.js";
import type { S3Request } from "../http/s3-request.js";
import { percentDecode } from "../signature/percent.js";
import type { StoredObject } from "../state/bucket.js";
import type { Simulation } from "../state/simulation.js";
import { isUnchanged, requireReadConditions } from "./read-conditions.js";

/**
 * The object that `x-amz-copy-source` names, where its conditions hold.
 *
 * @throws InvalidArgument, NoSuchBucket, NoSuchKey, PreconditionFailed
 */
export function copySource(request: S3Request, simulation: Simulation): StoredObject {
  const [, name, key] = /^\/?([^/]+)\/(.+)$/.exec(percentDecode(request.header("x-amz-copy-source") ?? "")) ?? [];
  if (name === undefined || key === undefined) {
    throw refuse("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  const bucket = simulation.buckets.get(name);
  if (bucket === undefined) {
    throw refuse("NoSuchBucket", "The specified bucket does not exist", { details: { BucketName: name } });
  }
  const object = bucket.objects.get(key);
  if (object === undefined) throw refuse("NoSuchKey", "The specified key does not exist.", { details: { Key: key } });
  requireReadConditions(request, object, "x-amz-copy-source-");
  if (isUnchanged(request, object, "x-amz-copy-source-")) {
    throw refuse("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
  }
  return object;
}
