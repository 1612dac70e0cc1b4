import { createHash } from "node:crypto";
import { expectedSignature } from "./simulator/signature/canonical-request.js";
import { percentEncode } from "./simulator/signature/percent.js";
import type { S3Server } from "./storage-server.js";

/** A request to sign. `path` is not encoded and begins with a slash; no body: an empty one. */
export interface RequestToSign {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Lower-case names; all of them are signed. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** What a wrong client would do: each takes the place of what is right. */
  readonly wrong?: {
    readonly accessKeyId?: string;
    readonly secretAccessKey?: string;
    readonly region?: string;
    readonly date?: Date;
    /** In hex, or one of the words for it. */
    readonly payloadHash?: string;
    /** Sent, and not signed. */
    readonly unsignedHeaders?: Readonly<Record<string, string>>;
  };
}

/** Sends it with its signature in the header, SigV4, and the SHA-256 of its body. */
export function signedFetch(server: S3Server, request: RequestToSign): Promise<Response> {
  const { method, path, query = {}, body = "", wrong = {} } = request;
  const date = (wrong.date ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, "");
  const payloadHash = wrong.payloadHash ?? createHash("sha256").update(body).digest("hex");
  const headers: Readonly<Record<string, string>> = {
    ...request.headers,
    "x-amz-content-sha256": payloadHash,
    "x-amz-date": date,
  };
  const all: Readonly<Record<string, string>> = { ...headers, host: new URL(server.endpoint).host };
  const signedHeaders = Object.keys(all).sort();
  const rawPath = path.split("/").map(percentEncode).join("/");
  const scope = {
    accessKeyId: wrong.accessKeyId ?? server.accessKeyId,
    day: date.slice(0, 8),
    region: wrong.region ?? server.region,
  };
  const signature = expectedSignature(
    { method, rawPath, query: Object.entries(query), header: (name) => all[name] ?? null },
    { scope, secret: wrong.secretAccessKey ?? server.secretAccessKey, date, signedHeaders, payloadHash },
  );
  const credential = `${scope.accessKeyId}/${scope.day}/${scope.region}/s3/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
  const search = Object.entries(query).map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`);
  const url = `${server.endpoint}${rawPath}${search.length === 0 ? "" : `?${search.join("&")}`}`;
  const hasBody = method !== "GET" && method !== "HEAD";
  return fetch(url, {
    method,
    headers: { ...headers, ...wrong.unsignedHeaders, authorization },
    ...(hasBody ? { body } : {}),
  });
}

/** Makes the server's bucket. @throws unless it answers 2xx */
export async function makeBucket(server: S3Server): Promise<void> {
  const response = await signedFetch(server, { method: "PUT", path: `/${server.bucket}` });
  if (!response.ok) throw new Error(`${server.name}: bucket: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}
