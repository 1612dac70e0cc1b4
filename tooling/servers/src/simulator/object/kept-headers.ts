import type { S3Request } from "../http/s3-request.js";

const repeated = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

/** Fields of the request that belong to the object. `aws-chunked` names a framing that is gone. */
export function keptHeaders(request: S3Request): Readonly<Record<string, string>> {
  const kept: Record<string, string> = { "content-type": "binary/octet-stream" };
  for (const name of request.headerNames) {
    if (!repeated.includes(name) && !name.startsWith("x-amz-meta-")) continue;
    const value = request.header(name) ?? "";
    const cleaned =
      name === "content-encoding" ? value.replace(/(^|,)\s*aws-chunked\s*(,|$)/, "$2").replace(/^,\s*/, "") : value;
    if (cleaned !== "") kept[name] = cleaned;
  }
  return kept;
}
