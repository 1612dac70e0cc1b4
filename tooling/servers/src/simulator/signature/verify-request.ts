import { timingSafeEqual } from "node:crypto";
import { refuse } from "../http/refusal.js";
import type { S3Request } from "../http/s3-request.js";
import { expectedSignature } from "./canonical-request.js";
import { readHeaderForm } from "./header-form.js";
import type { PresentedSignature, SignatureRules } from "./presented-signature.js";
import { readQueryForm } from "./query-form.js";

/**
 * Checks who signed, in both forms of SigV4.
 *
 * @throws AccessDenied (nobody signed, expired, fields that are not signed), RequestTimeTooSkewed, InvalidAccessKeyId,
 * InvalidToken, SignatureDoesNotMatch, AuthorizationHeaderMalformed, AuthorizationQueryParametersError
 */
export function verifyRequest(request: S3Request, rules: SignatureRules): PresentedSignature {
  const inHeader = request.header("authorization") !== null;
  const inQuery = request.parameter("X-Amz-Algorithm") !== null || request.parameter("X-Amz-Signature") !== null;
  if (inHeader && inQuery) {
    throw refuse(
      "InvalidArgument",
      "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
    );
  }
  if (!inHeader && !inQuery) throw refuse("AccessDenied", "Access Denied");
  const presented = inHeader ? readHeaderForm(request, rules) : readQueryForm(request, rules);
  const credentials = rules.credentials.find(({ accessKeyId }) => accessKeyId === presented.accessKeyId);
  if (credentials === undefined) {
    throw refuse("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", {
      details: { AWSAccessKeyId: presented.accessKeyId },
    });
  }
  requireSigned(request, presented.signedHeaders);
  if ((credentials.sessionToken ?? null) !== presented.sessionToken) {
    throw refuse("InvalidToken", "The provided token is malformed or otherwise invalid.");
  }
  const expected = expectedSignature(request, { ...presented, scope: presented, secret: credentials.secretAccessKey });
  const isSame =
    expected.length === presented.signature.length &&
    timingSafeEqual(Buffer.from(expected), Buffer.from(presented.signature));
  if (!isSame) {
    throw refuse(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  }
  return presented;
}

/** Host and every `x-amz-*` field have to be signed, or somebody on the way could have put them in. */
function requireSigned(request: S3Request, signedHeaders: readonly string[]): void {
  const missing = request.headerNames.filter(
    (name) => (name === "host" || name.startsWith("x-amz-")) && !signedHeaders.includes(name),
  );
  if (missing.length === 0) return;
  throw refuse("AccessDenied", "There were headers present in the request which were not signed", {
    details: { HeadersNotSigned: missing.join(", ") },
  });
}
