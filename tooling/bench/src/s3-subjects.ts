import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BucketAccess } from "./bucket-access.js";
import type { Subject } from "./subjects.js";

const gateway = join(import.meta.dirname, "../../../apps/gateway/dist/main.js");
const peer = (name: string): string => join(import.meta.dirname, "../dist/peers", `${name}.js`);

/** What the others are measured by. */
export const tusOnS3 = "@tus/s3-store";
export const tusOnS3InOnePatch = "@tus/s3-store, one PATCH";

/** Servers that keep everything in a bucket, in the order of the table. */
export const s3Subjects: readonly Subject[] = [
  { name: "stowage to S3", backend: "s3", protocol: "cloudreve", program: gateway, programArguments: gatewayArguments },
  { name: tusOnS3, backend: "s3", protocol: "tus", program: peer("tus-s3-server"), programArguments: inBucket },
  {
    name: tusOnS3InOnePatch,
    backend: "s3",
    protocol: "tus",
    wholeBodies: true,
    program: peer("tus-s3-server"),
    programArguments: inBucket,
  },
  {
    name: "@uploadx/s3",
    backend: "s3",
    protocol: "uploadx",
    program: peer("uploadx-s3-server"),
    programArguments: inBucket,
  },
];

/** As an operator sets it up: a configuration file with one policy, all else by default. */
function gatewayArguments(folder: string, bucket: BucketAccess | null): readonly string[] {
  const { endpoint, region, bucket: name, accessKeyId, secretAccessKey } = present(bucket);
  const credentials = { accessKeyId, secretAccessKey };
  const options = { bucket: name, region, endpoint, preset: "aws", addressing: "path", credentials };
  const file = join(folder, "stowage.json");
  writeFileSync(file, JSON.stringify({ policies: { bucket: { driver: "s3", options } } }));
  return ["--port", "0", "--data", join(folder, "data"), "--config", file];
}

function inBucket(folder: string, bucket: BucketAccess | null): readonly string[] {
  return [folder, JSON.stringify(present(bucket))];
}

function present(bucket: BucketAccess | null): BucketAccess {
  if (bucket === null) throw new Error("it stores in a bucket, and there is none");
  return bucket;
}
