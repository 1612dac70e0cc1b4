import type { CallOptions, CheckFinding } from "@stowage/core";
import type { Failure } from "@stowage/s3-wire";
import type { S3Context } from "../context.js";
import { drain, failureIn, sendSigned } from "../wire/send-signed.js";
import { broken, doubtful, reasonOf } from "./finding.js";

/** Signatures are good for 15 minutes either way; from here on somebody should look at the clock. */
const mostSkewMs = 5 * 60 * 1000;

/** Endpoint, keys, bucket and clock, by one request to the bucket. */
export async function checkBucket(context: S3Context, options: CallOptions): Promise<readonly CheckFinding[]> {
  let answer: Awaited<ReturnType<typeof sendSigned>>;
  try {
    // Not HEAD: its refusals have no body, and so no code.
    const query = { "list-type": "2", "max-keys": "1", prefix: context.settings.prefix };
    answer = await sendSigned(context, { method: "GET", key: null, query }, options);
  } catch (error) {
    if (options.signal.aborted) throw error;
    return [
      broken("endpoint", `no answer: ${reasonOf(error)}`, "see that endpoint, network and credentials are right"),
    ];
  }
  const skew = skewOf(context, answer.headers["date"]);
  if (answer.status !== 200) return [explain(context, await failureIn(answer), skew)];
  await drain(answer, "ListObjectsV2");
  if (Math.abs(skew) < mostSkewMs) return [];
  const message = `it is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "behind" : "ahead of"} the store's`;
  return [doubtful("clock", message, "run NTP: from 15 minutes on the store refuses every request")];
}

/** How far ours is behind. The header has whole seconds. */
function skewOf({ runtime }: S3Context, date: string | undefined): number {
  const there = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(there) ? 0 : there - runtime.clock.now();
}

function explain({ settings }: S3Context, { status, code, requestId }: Failure, skew: number): CheckFinding {
  const { bucket, region, endpoint = "Amazon" } = settings;
  const told = `${code ?? "refused"} (${status}${requestId === null ? "" : `, request ${requestId}`})`;
  switch (code) {
    case "NoSuchBucket":
      return broken(
        "bucket",
        `there is none of the name ${bucket}`,
        `make it: aws s3 mb s3://${bucket} --region ${region}`,
      );
    case "RequestTimeTooSkewed":
      return broken("clock", `ours is ${Math.round(Math.abs(skew) / 1000)} s off the store's`, "run NTP");
    case "InvalidAccessKeyId":
    case "InvalidToken":
    case "ExpiredToken":
      return broken("credentials", told, "give keys that the store knows, and that have not run out");
    case "SignatureDoesNotMatch":
      return broken(
        "credentials",
        told,
        "see that secretAccessKey is right, and that no proxy before the store changes Host or path",
      );
    case "AuthorizationHeaderMalformed":
    case "PermanentRedirect":
    case "TemporaryRedirect":
    case "IllegalLocationConstraintException":
      return broken("region", told, `set region (now ${region}) and endpoint (now ${endpoint}) to the bucket's own`);
    case "AccessDenied":
      return broken("permissions", told, `allow the keys what the README lists, among it s3:ListBucket on ${bucket}`);
    default:
      return broken("bucket", told, "see that endpoint, addressing and bucket belong together");
  }
}
