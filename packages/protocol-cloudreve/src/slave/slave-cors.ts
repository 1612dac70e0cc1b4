import { crossOrigin } from "../files/content-headers.js";

/** Two hours: the longest that Chromium keeps a preflight. */
const maxAgeSeconds = 7200;

/** The answer to a preflight of a page of any origin: who has a credential or a signed URL has the right. */
export function slavePreflight(methods: readonly string[]): Readonly<Record<string, string>> {
  return {
    ...crossOrigin,
    "access-control-allow-methods": [...new Set(methods), "OPTIONS"].join(", "),
    "access-control-allow-headers":
      "Authorization, Content-Type, Content-Digest, Upload-Checksum, X-Expected-Entity-Length, Range, If-Range, If-None-Match",
    "access-control-max-age": String(maxAgeSeconds),
  };
}
