import type { CallOptions, CheckFinding } from "@stowage/core";
import { bytes } from "@stowage/core";
import { encodeKey } from "@stowage/s3-wire";
import type { S3Context } from "../context.js";
import { storeKey } from "../keys.js";
import { doubtful, reasonOf } from "./finding.js";

/** Asks the store what a browser asks before it sends a part, for each origin; and whether it may read the entity tag. */
export async function checkOrigins(context: S3Context, options: CallOptions): Promise<readonly CheckFinding[]> {
  const findings: CheckFinding[] = [];
  for (const origin of context.settings.origins) {
    const problem = await preflight(context, origin, options).catch((error: unknown) => {
      if (options.signal.aborted) throw error;
      return `no answer to the preflight: ${reasonOf(error)}`;
    });
    if (problem !== null) findings.push(doubtful("CORS", `pages at ${origin}: ${problem}`, mend(context)));
  }
  return findings;
}

/** `null`: all is well. */
async function preflight(context: S3Context, origin: string, options: CallOptions): Promise<string | null> {
  const { directAddress, runtime, settings } = context;
  const path = directAddress.base + encodeKey(storeKey(settings.prefix, ".stowage-check/cors"));
  const url = `${directAddress.origin}${path}?partNumber=1&uploadId=check`;
  const asked = { origin, "access-control-request-method": "PUT" };
  const answer = await runtime.http({ method: "OPTIONS", url, headers: asked }, options);
  await bytes(answer.body, 64 * 1024).catch(() => {});
  const { headers, status } = answer;
  const allowed = headers["access-control-allow-origin"];
  if (status >= 300 || (allowed !== "*" && allowed !== origin)) return `refused (${status})`;
  if (!listOf(headers["access-control-allow-methods"]).includes("put")) return "PUT is not allowed";
  const exposed = listOf(headers["access-control-expose-headers"]);
  if (exposed.includes("etag") || exposed.includes("*")) return null;
  return "ETag is not exposed, which clients that complete by themselves have to read";
}

function listOf(header = ""): readonly string[] {
  return header.split(",").map((name) => name.trim().toLowerCase());
}

function mend({ settings: { bucket, origins } }: S3Context): string {
  const rule = {
    AllowedOrigins: origins,
    AllowedMethods: ["PUT", "POST", "GET", "HEAD"],
    AllowedHeaders: ["*"],
    ExposeHeaders: ["ETag"],
    MaxAgeSeconds: 3600,
  };
  const configuration = JSON.stringify({ CORSRules: [rule] });
  return `aws s3api put-bucket-cors --bucket ${bucket} --cors-configuration '${configuration}'`;
}
