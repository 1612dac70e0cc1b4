import { getBucketCors, deleteBucketCors, putBucketCors } from "./bucket/cors-configuration.js";
import { answerPreflight } from "./bucket/cors-answer.js";
import { createBucket } from "./bucket/create-bucket.js";
import { deleteBucket } from "./bucket/delete-bucket.js";
import { deleteObjects } from "./bucket/delete-objects.js";
import { headBucket } from "./bucket/head-bucket.js";
import { deleteBucketLifecycle, getBucketLifecycle, putBucketLifecycle } from "./bucket/lifecycle-configuration.js";
import { listBuckets } from "./bucket/list-buckets.js";
import { listObjects } from "./bucket/list-objects.js";
import type { S3Operation } from "./http/operation.js";
import { refuse } from "./http/refusal.js";
import type { S3Answer } from "./http/s3-answer.js";
import type { S3Request } from "./http/s3-request.js";
import { abortMultipartUpload } from "./multipart/abort-multipart-upload.js";
import { completeMultipartUpload } from "./multipart/complete-multipart-upload.js";
import { createMultipartUpload } from "./multipart/create-multipart-upload.js";
import { listMultipartUploads } from "./multipart/list-multipart-uploads.js";
import { listParts } from "./multipart/list-parts.js";
import { uploadPartCopy } from "./multipart/upload-part-copy.js";
import { uploadPart } from "./multipart/upload-part.js";
import { copyObject } from "./object/copy-object.js";
import { deleteObject } from "./object/delete-object.js";
import { getObject } from "./object/get-object.js";
import { putObject } from "./object/put-object.js";
import { verifyRequest } from "./signature/verify-request.js";
import type { S3Call } from "./state/s3-call.js";
import type { Simulation } from "./state/simulation.js";

/** Longest key, in octets of UTF-8. */
const maxKey = 1_024;

type OnBucket = Exclude<S3Operation, "CreateBucket" | "ListBuckets" | "Preflight">;

const operations: Readonly<Record<OnBucket, (call: S3Call) => Promise<S3Answer>>> = {
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  CreateMultipartUpload: createMultipartUpload,
  DeleteBucket: deleteBucket,
  DeleteBucketCors: deleteBucketCors,
  DeleteBucketLifecycle: deleteBucketLifecycle,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  GetBucketCors: getBucketCors,
  GetBucketLifecycleConfiguration: getBucketLifecycle,
  GetObject: getObject,
  HeadBucket: headBucket,
  HeadObject: getObject,
  ListMultipartUploads: listMultipartUploads,
  ListObjectsV2: listObjects,
  ListParts: listParts,
  PutBucketCors: putBucketCors,
  PutBucketLifecycleConfiguration: putBucketLifecycle,
  PutObject: putObject,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
};

/** Checks the signature and acts. @throws whatever S3 refuses, as a refusal */
export async function perform(operation: S3Operation, request: S3Request, simulation: Simulation): Promise<S3Answer> {
  const name = request.bucket ?? "";
  const bucket = simulation.buckets.get(name);
  if (operation === "Preflight") return answerPreflight(request, bucket ?? null);
  const { region, credentials } = simulation;
  const { payloadHash } = verifyRequest(request, { region, credentials, now: simulation.now() });
  if (operation === "ListBuckets") return listBuckets(simulation);
  if (operation === "CreateBucket") return createBucket(request, name, payloadHash, simulation);
  if (bucket === undefined) {
    throw refuse("NoSuchBucket", "The specified bucket does not exist", { details: { BucketName: name } });
  }
  const key = request.key ?? "";
  if (Buffer.byteLength(key) > maxKey) {
    throw refuse("KeyTooLongError", "Your key is too long", { details: { MaxSizeAllowed: String(maxKey) } });
  }
  return operations[operation]({ request, bucket, key, payloadHash, simulation });
}
