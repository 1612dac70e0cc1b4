import { refuse } from "./refusal.js";
import type { S3Request } from "./s3-request.js";

/** Names of operations as in the API reference; `Preflight` is what a browser asks before it asks. */
export const s3Operations = [
  "AbortMultipartUpload",
  "CompleteMultipartUpload",
  "CopyObject",
  "CreateBucket",
  "CreateMultipartUpload",
  "DeleteBucket",
  "DeleteBucketCors",
  "DeleteBucketLifecycle",
  "DeleteObject",
  "DeleteObjects",
  "GetBucketCors",
  "GetBucketLifecycleConfiguration",
  "GetObject",
  "HeadBucket",
  "HeadObject",
  "ListBuckets",
  "ListMultipartUploads",
  "ListObjectsV2",
  "ListParts",
  "Preflight",
  "PutBucketCors",
  "PutBucketLifecycleConfiguration",
  "PutObject",
  "UploadPart",
  "UploadPartCopy",
] as const;

/** An operation that the simulator knows. */
export type S3Operation = (typeof s3Operations)[number];

/** Sub-resources of S3 that are not simulated: to answer them as if they were not there would be wrong. */
const unknown = [
  "accelerate",
  "acl",
  "analytics",
  "attributes",
  "encryption",
  "intelligent-tiering",
  "inventory",
  "legal-hold",
  "location",
  "logging",
  "metrics",
  "notification",
  "object-lock",
  "ownershipControls",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "replication",
  "requestPayment",
  "restore",
  "retention",
  "select",
  "tagging",
  "torrent",
  "versionId",
  "versioning",
  "versions",
  "website",
];

const onBucket: Readonly<Record<string, S3Operation>> = {
  DELETE: "DeleteBucket",
  "DELETE cors": "DeleteBucketCors",
  "DELETE lifecycle": "DeleteBucketLifecycle",
  GET: "ListObjectsV2",
  "GET cors": "GetBucketCors",
  "GET lifecycle": "GetBucketLifecycleConfiguration",
  "GET uploads": "ListMultipartUploads",
  HEAD: "HeadBucket",
  "POST delete": "DeleteObjects",
  PUT: "CreateBucket",
  "PUT cors": "PutBucketCors",
  "PUT lifecycle": "PutBucketLifecycleConfiguration",
};

const onObject: Readonly<Record<string, S3Operation>> = {
  DELETE: "DeleteObject",
  "DELETE uploadId": "AbortMultipartUpload",
  GET: "GetObject",
  "GET uploadId": "ListParts",
  HEAD: "HeadObject",
  "POST uploadId": "CompleteMultipartUpload",
  "POST uploads": "CreateMultipartUpload",
  PUT: "PutObject",
  "PUT uploadId": "UploadPart",
};

/** What a request asks for. @throws MethodNotAllowed, NotImplemented for what S3 has and the simulator has not */
export function operationOf(request: S3Request): S3Operation {
  if (request.method === "OPTIONS") return "Preflight";
  const has = (name: string): boolean => request.parameter(name) !== null;
  const missing = unknown.find(has);
  if (missing !== undefined) {
    throw refuse("NotImplemented", `A header you provided implies functionality that is not implemented: ${missing}`);
  }
  if (request.bucket === null) {
    if (request.method === "GET") return "ListBuckets";
    throw notAllowed(request);
  }
  const table = request.key === null ? onBucket : onObject;
  const subresource = ["uploads", "uploadId", "cors", "lifecycle", "delete"].find(has);
  const found = table[subresource === undefined ? request.method : `${request.method} ${subresource}`];
  if (found === undefined) throw notAllowed(request);
  const isCopy = request.header("x-amz-copy-source") !== null;
  if (isCopy && found === "PutObject") return "CopyObject";
  if (isCopy && found === "UploadPart") return "UploadPartCopy";
  return found;
}

function notAllowed(request: S3Request): Error {
  return refuse("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    details: { Method: request.method, ResourceType: request.key === null ? "BUCKET" : "OBJECT" },
  });
}
