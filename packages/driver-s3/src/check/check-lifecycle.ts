import { GetBucketLifecycleConfigurationCommand, type LifecycleRule } from "@aws-sdk/client-s3";
import type { CallOptions, CheckFinding } from "@stowage/core";
import type { S3Context } from "../context.js";
import { doubtful } from "./finding.js";

/** Looks for a rule that ends uploads which nobody ends: those of a gateway that was lost with its database. */
export async function checkLifecycle(context: S3Context, options: CallOptions): Promise<readonly CheckFinding[]> {
  const { control, settings } = context;
  const answer = await control.ask({ operation: "GetBucketLifecycleConfiguration" }, options, (client, call) =>
    client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: settings.bucket }), call),
  );
  const isNone = answer.kind === "refused" && answer.failure.code === "NoSuchLifecycleConfiguration";
  if (answer.kind === "refused" && !isNone) {
    const { code, status } = answer.failure;
    const message = `its rules cannot be read: ${code ?? "refused"} (${status})`;
    return [doubtful("lifecycle", message, "see for yourself that incomplete multipart uploads are aborted some day")];
  }
  const rules = answer.kind === "done" ? (answer.output.Rules ?? []) : [];
  if (rules.some((rule) => endsUploads(rule, settings.prefix))) return [];
  return [doubtful("lifecycle", "no rule aborts incomplete multipart uploads", mend(context))];
}

function endsUploads(
  { Status, AbortIncompleteMultipartUpload, Filter, Prefix }: LifecycleRule,
  prefix: string,
): boolean {
  if (Status !== "Enabled" || AbortIncompleteMultipartUpload?.DaysAfterInitiation === undefined) return false;
  // Rules that ask for tags or sizes do not apply to uploads under way.
  const isPlain = Filter?.Tag === undefined && Filter?.And === undefined;
  return isPlain && prefix.startsWith(Filter?.Prefix ?? Prefix ?? "");
}

/** Longer than sessions live. */
const days = 8;

function mend({ settings: { bucket, prefix } }: S3Context): string {
  const rule = {
    ID: "stowage-incomplete-uploads",
    Status: "Enabled",
    Filter: { Prefix: prefix },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: days },
  };
  const asides = {
    ID: "stowage-chunks-kept-aside",
    Status: "Enabled",
    Filter: { Prefix: `${prefix}.stowage-aside/` },
    Expiration: { Days: days },
  };
  const configuration = JSON.stringify({ Rules: [rule, asides] });
  return `aws s3api put-bucket-lifecycle-configuration --bucket ${bucket} --lifecycle-configuration '${configuration}' (it replaces all rules: add your own)`;
}
