import { refuse } from "../http/refusal.js";
import { emptyAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { S3Request } from "../http/s3-request.js";
import type { Bucket } from "../state/bucket.js";
import { fits } from "./cors-rule.js";
import type { CorsRule } from "./cors-rule.js";

/** Answer to a preflight, which nobody signs: the first rule that allows origin, method and fields. @throws AccessForbidden */
export function answerPreflight(request: S3Request, bucket: Bucket | null): S3Answer {
  const origin = request.header("origin");
  const method = request.header("access-control-request-method");
  if (origin === null || method === null) {
    throw refuse("BadRequest", "Insufficient information. Origin request header needed.");
  }
  const asked = (request.header("access-control-request-headers") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const allows = (rule: CorsRule): boolean =>
    asked.every((name) => rule.headers.some((pattern) => fits(pattern.toLowerCase(), name)));
  const rule = bucket?.cors?.find((one) => isFor(one, origin, method) && allows(one));
  if (rule === undefined) {
    const why = bucket?.cors === null ? "CORS is not enabled for this bucket." : "This CORS request is not allowed.";
    throw refuse("AccessForbidden", `CORSResponse: ${why}`, { details: { Method: method, ResourceType: "OBJECT" } });
  }
  const fields = asked.length === 0 ? {} : { "access-control-allow-headers": asked.join(", ") };
  return emptyAnswer(200, { ...allowance(rule, origin), ...fields });
}

/** What an answer to a page of another origin carries; nothing where no rule is for it. */
export function corsHeaders(request: S3Request, bucket: Bucket | null): Readonly<Record<string, string>> {
  const origin = request.header("origin");
  if (origin === null) return {};
  const rule = bucket?.cors?.find((one) => isFor(one, origin, request.method));
  return rule === undefined ? {} : allowance(rule, origin);
}

function isFor(rule: CorsRule, origin: string, method: string): boolean {
  return rule.methods.includes(method) && rule.origins.some((pattern) => fits(pattern, origin));
}

function allowance(rule: CorsRule, origin: string): Readonly<Record<string, string>> {
  const isForAll = rule.origins.includes("*");
  return {
    "access-control-allow-origin": isForAll ? "*" : origin,
    "access-control-allow-methods": rule.methods.join(", "),
    ...(isForAll ? {} : { "access-control-allow-credentials": "true" }),
    ...(rule.exposed.length === 0 ? {} : { "access-control-expose-headers": rule.exposed.join(", ") }),
    ...(rule.maxAgeSeconds === null ? {} : { "access-control-max-age": String(rule.maxAgeSeconds) }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}
