import { bucketCases } from "./cases/buckets.js";
import { checksumCases } from "./cases/checksums.js";
import { completionCases } from "./cases/completion.js";
import { completionChecksumCases } from "./cases/completion-checksums.js";
import { copyCases } from "./cases/copies.js";
import { corsCases } from "./cases/cors.js";
import { listingCases } from "./cases/listing.js";
import { multipartCases } from "./cases/multipart.js";
import { objectCases } from "./cases/objects.js";
import { presignedCases } from "./cases/presigned.js";
import { signatureCases } from "./cases/signatures.js";
import type { DialectCase } from "./dialect-case.js";

/** Every case, in the order of the report. */
export const dialectCases: readonly DialectCase[] = [
  ...bucketCases,
  ...objectCases,
  ...checksumCases,
  ...listingCases,
  ...copyCases,
  ...multipartCases,
  ...completionCases,
  ...completionChecksumCases,
  ...signatureCases,
  ...presignedCases,
  ...corsCases,
];
