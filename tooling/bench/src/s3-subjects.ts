import type { BucketAccess } from "./bucket-access.js";
import { configuredArguments, gateway, peer } from "./programs.js";
import type { Subject } from "./subjects.js";

/** The gateway with one policy, in a bucket. */
export const stowageOnS3: Subject = {
  name: "stowage to S3",
  backend: "s3",
  protocol: "cloudreve",
  program: gateway,
  programArguments: (folder, bucket) => configuredArguments(folder, inOnePolicy(bucket)),
};

/** The same with a relay in front of the driver, for all uploads. */
export const stowageRelayedToS3: Subject = {
  ...stowageOnS3,
  name: "stowage to S3, relay",
  programArguments: (folder, bucket) => configuredArguments(folder, inOnePolicy(bucket, { relay: { use: "always" } })),
};

/** A PATCH for each chunk. */
export const tusOnS3: Subject = {
  name: "@tus/s3-store",
  backend: "s3",
  protocol: "tus",
  program: peer("tus-s3-server"),
  programArguments: inBucket,
};

/** One PATCH for all. */
export const tusOnS3InOnePatch: Subject = { ...tusOnS3, name: "@tus/s3-store, one PATCH", wholeBodies: true };

/** A PUT for each chunk. */
export const uploadxOnS3: Subject = {
  name: "@uploadx/s3",
  backend: "s3",
  protocol: "uploadx",
  program: peer("uploadx-s3-server"),
  programArguments: inBucket,
};

function inOnePolicy(bucket: BucketAccess | null, more: object = {}): unknown {
  const { endpoint, region, bucket: name, accessKeyId, secretAccessKey } = present(bucket);
  const credentials = { accessKeyId, secretAccessKey };
  const options = { bucket: name, region, endpoint, preset: "aws", addressing: "path", credentials };
  return { policies: { bucket: { driver: "s3", options, ...more } } };
}

function inBucket(folder: string, bucket: BucketAccess | null): readonly string[] {
  return [folder, JSON.stringify(present(bucket))];
}

function present(bucket: BucketAccess | null): BucketAccess {
  if (bucket === null) throw new Error("it stores in a bucket, and there is none");
  return bucket;
}
