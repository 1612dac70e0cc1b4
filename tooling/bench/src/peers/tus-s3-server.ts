import { S3Store } from "@tus/s3-store";
import { Server } from "@tus/server";
import { createServer } from "node:http";
import type { BucketAccess } from "../bucket-access.js";
import { serve } from "./serve.js";

// As its documentation sets it up, with parts of 8 MiB. What it has to keep for a while goes to the folder for temporary files.
const { bucket, region, endpoint, ...credentials } = JSON.parse(process.argv[3] ?? "") as BucketAccess;
const tus = new Server({
  path: "/files",
  relativeLocation: true,
  datastore: new S3Store({
    partSize: 8 * 1024 * 1024,
    s3ClientConfig: {
      bucket,
      region,
      endpoint,
      forcePathStyle: true,
      credentials,
      // It names no algorithm when it begins an upload; strict stores then take no part with a checksum. Cheaper, too.
      requestChecksumCalculation: "WHEN_REQUIRED",
    },
  }),
});
serve(createServer((request, response) => void tus.handle(request, response)));
