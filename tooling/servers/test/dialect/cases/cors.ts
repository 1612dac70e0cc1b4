import {
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { CORSRule } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { outcome } from "../dialect-case.js";
import type { DialectCase, Subject } from "../dialect-case.js";

const origin = "https://app.example.com";
const rule: CORSRule = {
  AllowedOrigins: ["https://*.example.com"],
  AllowedMethods: ["PUT", "GET"],
  AllowedHeaders: ["content-type", "x-amz-*"],
  ExposeHeaders: ["ETag"],
  MaxAgeSeconds: 60,
};

function putRule({ checking, server }: Subject, changed: Partial<CORSRule> = {}) {
  const CORSConfiguration = { CORSRules: [{ ...rule, ...changed }] };
  return checking.send(new PutBucketCorsCommand({ Bucket: server.bucket, CORSConfiguration }));
}

const asked: readonly string[] = ["origin", "methods", "headers", "max-age"];

/** What a browser learns before it sends; with a rule in place where the server takes one. */
function preflight(id: string, s3: string, headers: Readonly<Record<string, string>>): DialectCase {
  return {
    id,
    s3,
    observe: async (subject) => {
      await outcome(putRule(subject));
      const answer = await fetch(`${subject.server.endpoint}/${subject.server.bucket}/cors/object`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "PUT", ...headers },
      });
      await answer.arrayBuffer();
      if (!answer.ok) return String(answer.status);
      const found = asked.map((name) =>
        answer.headers.get(name === "max-age" ? "access-control-max-age" : `access-control-allow-${name}`),
      );
      return `${answer.status} ${found.map((value) => value ?? "-").join(" | ")}`;
    },
  };
}

/** Rules of a bucket: for pages of other origins, and for what is to be removed. */
export const corsCases: readonly DialectCase[] = [
  {
    id: "cors/none",
    s3: "404 NoSuchCORSConfiguration",
    observe: async ({ plain, server }) => {
      const at = { Bucket: server.bucket };
      return outcome(plain.send(new DeleteBucketCorsCommand(at)).then(() => plain.send(new GetBucketCorsCommand(at))));
    },
  },
  {
    id: "cors/put-and-get",
    s3: JSON.stringify(rule.AllowedOrigins),
    observe: (subject) => {
      const read = putRule(subject).then(() =>
        subject.plain.send(new GetBucketCorsCommand({ Bucket: subject.server.bucket })),
      );
      return outcome(read, ({ CORSRules }) => JSON.stringify(CORSRules?.[0]?.AllowedOrigins));
    },
  },
  {
    id: "cors/unknown-method",
    s3: "400 InvalidRequest",
    observe: (subject) => outcome(putRule(subject, { AllowedMethods: ["PATCH"] })),
  },
  preflight("cors/preflight", `200 ${origin} | PUT, GET | content-type, x-amz-date | 60`, {
    "access-control-request-headers": "content-type, x-amz-date",
  }),
  preflight("cors/preflight-of-another-origin", "403", { origin: "https://example.org" }),
  preflight("cors/preflight-of-another-method", "403", { "access-control-request-method": "DELETE" }),
  preflight("cors/preflight-with-another-field", "403", { "access-control-request-headers": "authorization" }),
  {
    id: "cors/put-from-a-page",
    s3: `200 ${origin} ETag`,
    observe: async (subject) => {
      await outcome(putRule(subject));
      const command = new PutObjectCommand({ Bucket: subject.server.bucket, Key: "cors/object" });
      const url = await getSignedUrl(subject.plain, command);
      const answer = await fetch(url, { method: "PUT", body: "content", headers: { origin } });
      await answer.arrayBuffer();
      const fields = ["access-control-allow-origin", "access-control-expose-headers"].map(
        (name) => answer.headers.get(name) ?? "-",
      );
      return [answer.status, ...fields].join(" ");
    },
  },
  {
    id: "lifecycle/none",
    s3: "404 NoSuchLifecycleConfiguration",
    observe: ({ plain, server }) =>
      outcome(plain.send(new GetBucketLifecycleConfigurationCommand({ Bucket: server.bucket }))),
  },
  {
    id: "lifecycle/abort-incomplete-uploads",
    s3: "7 days",
    observe: ({ checking, server }) => {
      const at = { Bucket: server.bucket };
      const action = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } };
      const Rules = [{ ID: "incomplete", Status: "Enabled" as const, Filter: { Prefix: "" }, ...action }];
      const put = checking.send(
        new PutBucketLifecycleConfigurationCommand({ ...at, LifecycleConfiguration: { Rules } }),
      );
      const read = put.then(() => checking.send(new GetBucketLifecycleConfigurationCommand(at)));
      return outcome(read, (found) => `${found.Rules?.[0]?.AbortIncompleteMultipartUpload?.DaysAfterInitiation} days`);
    },
  },
];
