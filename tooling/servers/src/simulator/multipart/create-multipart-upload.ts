import { checksumAlgorithms } from "../checksum/algorithm.js";
import type { ChecksumAlgorithm, ChecksumType } from "../checksum/algorithm.js";
import { refuse } from "../http/refusal.js";
import { xmlAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { S3Request } from "../http/s3-request.js";
import { keptHeaders } from "../object/kept-headers.js";
import type { S3Call } from "../state/s3-call.js";
import { newHex } from "../state/simulation.js";
import { writeXml } from "../xml/write-xml.js";

/** CreateMultipartUpload. */
export async function createMultipartUpload({ request, bucket, key, simulation }: S3Call): Promise<S3Answer> {
  const { algorithm, type } = chosenChecksum(request);
  const id = newHex();
  const [startedAt, headers] = [simulation.now(), keptHeaders(request)];
  bucket.uploads.set(id, { id, key, startedAt, headers, algorithm, type, parts: new Map() });
  const body = writeXml([
    "InitiateMultipartUploadResult",
    [
      ["Bucket", bucket.name],
      ["Key", key],
      ["UploadId", id],
    ],
  ]);
  if (algorithm === null) return xmlAnswer(body);
  return xmlAnswer(body, { "x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": type });
}

/** SHA sums are of parts only, CRC64NVME is of the whole only, the other two are of parts unless the client says so. */
function chosenChecksum(request: S3Request): { algorithm: ChecksumAlgorithm | null; type: ChecksumType } {
  const name = request.header("x-amz-checksum-algorithm");
  const chosen = request.header("x-amz-checksum-type");
  if (name === null) {
    if (chosen === null) return { algorithm: null, type: "FULL_OBJECT" };
    throw refuse(
      "InvalidRequest",
      "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    );
  }
  const algorithm = checksumAlgorithms.find((one) => one === name.toUpperCase());
  if (algorithm === undefined)
    throw refuse(
      "InvalidRequest",
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    );
  const type = chosen ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  const isPossible =
    (type === "FULL_OBJECT" && !algorithm.startsWith("SHA")) || (type === "COMPOSITE" && algorithm !== "CRC64NVME");
  if (!isPossible) {
    throw refuse(
      "InvalidRequest",
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type };
}
