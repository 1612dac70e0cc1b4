import { Uploadx } from "@uploadx/core";
import { S3Storage } from "@uploadx/s3";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BucketAccess } from "../bucket-access.js";
import { serve } from "./serve.js";

const [folder = ".", access = ""] = process.argv.slice(2);
const { bucket, region, endpoint, ...credentials } = JSON.parse(access) as BucketAccess;
// As its documentation sets it up, with a local folder for what it knows of uploads.
const storage = new S3Storage({
  bucket,
  region,
  endpoint,
  forcePathStyle: true,
  credentials,
  // As for tus.
  requestChecksumCalculation: "WHEN_REQUIRED",
  partSize: "8MB",
  useRelativeLocation: true,
  maxUploadSize: "10GB",
  metaStorageConfig: { directory: join(folder, "meta") },
});
// It sets an empty Content-MD5, which SDKs of its time left out and newer ones send; S3 refuses it.
storage.client.middlewareStack.add(
  (next) => (given) => {
    const { headers } = given.request as { readonly headers: Record<string, string> };
    if (headers["content-md5"] === "") delete headers["content-md5"];
    return next(given);
  },
  { step: "build" },
);
const uploadx = new Uploadx({ storage, path: "/files" });
while (!storage.isReady) await sleep(20);
serve(createServer((request, response) => uploadx.handle(request, response)));
