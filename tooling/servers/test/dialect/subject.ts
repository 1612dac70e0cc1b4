import { S3Client } from "@aws-sdk/client-s3";
import type { S3Server } from "@stowage/servers";
import type { Subject } from "./dialect-case.js";

/** A server with the clients that ask it; neither tries a call again. */
export function subjectOf(server: S3Server): Subject {
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  const options = { endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 };
  return {
    server,
    checking: new S3Client(options),
    plain: new S3Client({
      ...options,
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    }),
  };
}
