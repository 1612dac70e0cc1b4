import { CreateBucketCommand, HeadBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { signedFetch } from "@stowage/servers";
import { outcome, statusOf } from "../dialect-case.js";
import type { DialectCase } from "../dialect-case.js";

/** Buckets, and addresses that are none. */
export const bucketCases: readonly DialectCase[] = [
  {
    id: "bucket/head",
    s3: "ok",
    observe: ({ plain, server }) => outcome(plain.send(new HeadBucketCommand({ Bucket: server.bucket }))),
  },
  {
    id: "bucket/head-of-none",
    s3: "404",
    observe: ({ plain }) => outcome(plain.send(new HeadBucketCommand({ Bucket: "no-such-bucket" }))),
  },
  {
    id: "bucket/put-into-none",
    s3: "404 NoSuchBucket",
    observe: ({ plain }) =>
      outcome(plain.send(new PutObjectCommand({ Bucket: "no-such-bucket", Key: "a", Body: "content" }))),
  },
  {
    id: "bucket/create-again",
    s3: "ok",
    observe: ({ plain, server }) => outcome(plain.send(new CreateBucketCommand({ Bucket: server.bucket }))),
  },
  {
    id: "bucket/create-with-a-bad-name",
    s3: "400 InvalidBucketName",
    observe: ({ server }) => statusOf(signedFetch(server, { method: "PUT", path: "/ab" })),
  },
  {
    id: "bucket/unknown-method",
    s3: "405 MethodNotAllowed",
    observe: ({ server }) => statusOf(signedFetch(server, { method: "PATCH", path: `/${server.bucket}` })),
  },
];
