import { refuse } from "../http/refusal.js";
import type { S3Request } from "../http/s3-request.js";
import { readScope, readSigningDate } from "./scope.js";
import type { PresentedSignature, SignatureRules } from "./presented-signature.js";

/** How far a client's clock may be off (API reference, RequestTimeTooSkewed). */
const maxSkewMs = 15 * 60_000;

/** `Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…` */
export function readHeaderForm(request: S3Request, rules: SignatureRules): PresentedSignature {
  const field = request.header("authorization") ?? "";
  if (!field.startsWith("AWS4-HMAC-SHA256 ")) {
    throw refuse(
      "InvalidRequest",
      "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    );
  }
  const [, credential, names, signature] =
    /^\S+ +Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(field.trim()) ?? [];
  if (credential === undefined || names === undefined || signature === undefined) throw malformedHeader("is malformed");
  const scope = readScope(credential);
  if (scope === null) throw malformedHeader("is malformed; the Credential is mal-formed");
  if (scope.region !== rules.region) {
    throw malformedHeader(`is malformed; the region '${scope.region}' is wrong; expecting '${rules.region}'`, {
      Region: rules.region,
    });
  }
  const date = request.header("x-amz-date") ?? "";
  const time = readSigningDate(date);
  if (time === null) throw refuse("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");
  if (Math.abs(time - rules.now) > maxSkewMs) {
    throw refuse("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", {
      details: {
        RequestTime: date,
        ServerTime: new Date(rules.now).toISOString(),
        MaxAllowedSkewMilliseconds: String(maxSkewMs),
      },
    });
  }
  if (!date.startsWith(scope.day)) throw malformedHeader("is malformed; Invalid credential date");
  const payloadHash = request.header("x-amz-content-sha256");
  if (payloadHash === null) {
    throw refuse("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  }
  const sessionToken = request.header("x-amz-security-token");
  return { ...scope, date, signedHeaders: names.split(";"), signature, payloadHash, sessionToken };
}

function malformedHeader(how: string, details: Readonly<Record<string, string>> = {}): Error {
  return refuse("AuthorizationHeaderMalformed", `The authorization header ${how}`, { details });
}
