import { refuse } from "../http/refusal.js";
import type { S3Request } from "../http/s3-request.js";
import type { StoredObject } from "../state/bucket.js";

/** Dates on the wire have no milliseconds. */
const second = 1_000;

/** `If-Match`, and `If-Unmodified-Since` where there is none (RFC 9110, section 13.2.2). @throws PreconditionFailed */
export function requireReadConditions(request: S3Request, object: StoredObject, prefix = ""): void {
  const ifMatch = request.header(`${prefix}if-match`);
  const since = dateOf(request.header(`${prefix}if-unmodified-since`));
  if (ifMatch !== null && !names(ifMatch, object.etag)) throw failed("If-Match");
  if (ifMatch === null && since !== null && seconds(object.modifiedAt) > seconds(since))
    throw failed("If-Unmodified-Since");
}

/** Whether `If-None-Match`, or else `If-Modified-Since`, says that the client has it already. */
export function isUnchanged(request: S3Request, object: StoredObject, prefix = ""): boolean {
  const ifNoneMatch = request.header(`${prefix}if-none-match`);
  if (ifNoneMatch !== null) return names(ifNoneMatch, object.etag);
  const since = dateOf(request.header(`${prefix}if-modified-since`));
  return since !== null && seconds(object.modifiedAt) <= seconds(since);
}

function names(field: string, etag: string): boolean {
  return field.split(",").some((one) => ["*", etag, etag.replaceAll('"', "")].includes(one.trim()));
}

function dateOf(field: string | null): number | null {
  const time = Date.parse(field ?? "");
  return Number.isNaN(time) ? null : time;
}

function seconds(time: number): number {
  return Math.floor(time / second);
}

function failed(condition: string): Error {
  return refuse("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    details: { Condition: condition },
  });
}
