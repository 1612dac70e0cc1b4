import { createHash, createHmac } from "node:crypto";
import type { S3Request } from "../http/s3-request.js";
import { percentDecode, percentEncode } from "./percent.js";

/** What a signature is made for. */
export interface Scope {
  readonly accessKeyId: string;
  /** `yyyymmdd` */
  readonly day: string;
  readonly region: string;
}

/** What of a request is signed. */
export type SignedRequest = Pick<S3Request, "method" | "rawPath" | "query" | "header">;

/** The signature S3 expects, in hex (General Reference, "Create a signed AWS API request"). */
export function expectedSignature(
  request: SignedRequest,
  signed: {
    readonly scope: Scope;
    readonly secret: string;
    /** `yyyymmddThhmmssZ` */
    readonly date: string;
    readonly signedHeaders: readonly string[];
    readonly payloadHash: string;
  },
): string {
  const { scope, date } = signed;
  const canonical = canonicalRequest(request, signed.signedHeaders, signed.payloadHash);
  const hash = createHash("sha256").update(canonical).digest("hex");
  const place = `${scope.day}/${scope.region}/s3/aws4_request`;
  return createHmac("sha256", signingKey(signed.secret, scope))
    .update(`AWS4-HMAC-SHA256\n${date}\n${place}\n${hash}`)
    .digest("hex");
}

function signingKey(secret: string, { day, region }: Scope): Buffer {
  return [day, region, "s3", "aws4_request"].reduce<Buffer>(
    (key, word) => createHmac("sha256", key).update(word).digest(),
    Buffer.from(`AWS4${secret}`),
  );
}

function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[], payloadHash: string): string {
  const path = request.rawPath.split("/").map((segment) => percentEncode(percentDecode(segment)));
  const query = request.query
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`);
  const headers = signedHeaders.map((name) => `${name}:${(request.header(name) ?? "").trim().replace(/ +/g, " ")}\n`);
  return [
    request.method,
    path.join("/"),
    sortedByName(query).join("&"),
    headers.join(""),
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

/** By the octets of the encoded name, then of the value. */
function sortedByName(pairs: readonly string[]): readonly string[] {
  const parts = pairs.map((pair) => pair.split("="));
  const order = (left = "", right = ""): number => (left < right ? -1 : left > right ? 1 : 0);
  return parts.sort((one, two) => order(one[0], two[0]) || order(one[1], two[1])).map((pair) => pair.join("="));
}
