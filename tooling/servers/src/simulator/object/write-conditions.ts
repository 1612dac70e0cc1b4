import { refuse } from "../http/refusal.js";
import type { S3Request } from "../http/s3-request.js";
import type { Bucket } from "../state/bucket.js";

/**
 * Checks `If-None-Match: *` and `If-Match` at the beginning of a write, and hands out what checks them again when it is
 * about to act: the first write that ends wins, and a removal in between is a conflict (user guide, "conditional writes").
 *
 * @throws PreconditionFailed, ConditionalRequestConflict, NoSuchKey, NotImplemented for other values of `If-None-Match`
 */
export function beginWrite(request: S3Request, bucket: Bucket, key: string): () => void {
  const ifNoneMatch = request.header("if-none-match");
  const ifMatch = request.header("if-match");
  if (ifNoneMatch !== null && ifNoneMatch !== "*") {
    throw refuse("NotImplemented", "A header you provided implies functionality that is not implemented", {
      details: { Header: "If-None-Match" },
    });
  }
  const check = (): void => {
    const object = bucket.objects.get(key);
    if (ifNoneMatch !== null && object !== undefined) throw failed("If-None-Match");
    if (ifMatch !== null && object === undefined) {
      throw refuse("NoSuchKey", "The specified key does not exist.", { details: { Key: key } });
    }
    if (ifMatch !== null && ifMatch !== object?.etag && `"${ifMatch}"` !== object?.etag) throw failed("If-Match");
  };
  check();
  const removals = bucket.removals.get(key);
  return () => {
    if ((ifNoneMatch !== null || ifMatch !== null) && bucket.removals.get(key) !== removals) throw conflict(key);
    check();
  };
}

function failed(condition: string): Error {
  return refuse("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    details: { Condition: condition },
  });
}

function conflict(key: string): Error {
  return refuse(
    "ConditionalRequestConflict",
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
    { details: { Key: key } },
  );
}
