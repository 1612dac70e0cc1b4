import type { S3Server } from "@stowage/servers";

/** A bucket, and the keys to it. */
export type BucketAccess = Pick<S3Server, "endpoint" | "region" | "bucket" | "accessKeyId" | "secretAccessKey">;
