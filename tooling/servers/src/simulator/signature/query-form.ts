import { refuse } from "../http/refusal.js";
import type { S3Request } from "../http/s3-request.js";
import { readScope, readSigningDate } from "./scope.js";
import type { PresentedSignature, SignatureRules } from "./presented-signature.js";

const longestSeconds = 7 * 24 * 3600;
const maxSkewMs = 15 * 60_000;

/** A presigned URL: everything of the signature in `X-Amz-*` parameters. */
export function readQueryForm(request: S3Request, rules: SignatureRules): PresentedSignature {
  const parameter = (name: string): string => {
    const value = request.parameter(name);
    if (value === null) {
      throw wrongQuery(
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
      );
    }
    return value;
  };
  if (parameter("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256") {
    throw wrongQuery('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  const scope = readScope(parameter("X-Amz-Credential"));
  if (scope === null) throw wrongQuery("Error parsing the X-Amz-Credential parameter; the Credential is mal-formed");
  if (scope.region !== rules.region) {
    throw wrongQuery(
      `Error parsing the X-Amz-Credential parameter; the region '${scope.region}' is wrong; expecting '${rules.region}'`,
    );
  }
  const date = parameter("X-Amz-Date");
  const time = readSigningDate(date);
  if (time === null) throw wrongQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (!date.startsWith(scope.day)) throw wrongQuery("Invalid credential date");
  requireTimely(time, Number(parameter("X-Amz-Expires")), rules.now);
  return {
    ...scope,
    date,
    signedHeaders: parameter("X-Amz-SignedHeaders").split(";"),
    signature: parameter("X-Amz-Signature"),
    payloadHash:
      request.parameter("X-Amz-Content-Sha256") ?? request.header("x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD",
    sessionToken: request.parameter("X-Amz-Security-Token"),
  };
}

function requireTimely(time: number, seconds: number, now: number): void {
  if (!Number.isInteger(seconds)) throw wrongQuery("X-Amz-Expires should be a number");
  if (seconds < 0) throw wrongQuery("X-Amz-Expires must be non-negative");
  if (seconds > longestSeconds) {
    throw wrongQuery(
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    );
  }
  if (time > now + maxSkewMs) throw refuse("AccessDenied", "Request is not valid yet");
  const end = time + seconds * 1_000;
  if (now < end) return;
  throw refuse("AccessDenied", "Request has expired", {
    details: {
      "X-Amz-Expires": String(seconds),
      Expires: new Date(end).toISOString(),
      ServerTime: new Date(now).toISOString(),
    },
  });
}

function wrongQuery(message: string): Error {
  return refuse("AuthorizationQueryParametersError", message);
}
