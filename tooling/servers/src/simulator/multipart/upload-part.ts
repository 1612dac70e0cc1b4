import { readDeclaredDigests } from "../body/declared-digests.js";
import { fieldOf } from "../body/declared-digests.js";
import { receiveBody } from "../body/receive-body.js";
import type { ChecksumAlgorithm } from "../checksum/algorithm.js";
import { refuse } from "../http/refusal.js";
import { emptyAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { OpenUpload } from "../state/bucket.js";
import type { S3Call } from "../state/s3-call.js";
import { newHex } from "../state/simulation.js";
import { findUpload, readPartNumber } from "./find-upload.js";
import { keepPart } from "./keep-part.js";

/** UploadPart: the body is the part. */
export async function uploadPart(call: S3Call): Promise<S3Answer> {
  const { request, payloadHash, simulation } = call;
  const number = readPartNumber(call);
  const upload = findUpload(call);
  const declared = readDeclaredDigests(request);
  requireAlgorithm(upload, declared.checksum?.algorithm ?? declared.trailing);
  const wanted = { md5: simulation.realDigests, checksum: computedAlgorithm(upload, simulation.realDigests) };
  const { content, md5, checksum } = await receiveBody(request, payloadHash, simulation.contents, wanted);
  const etag = `"${md5?.toString("hex") ?? newHex()}"`;
  await keepPart(call, upload, { number, content, etag, modifiedAt: simulation.now(), checksum });
  const echo = checksum !== null ? { [fieldOf(checksum.algorithm)]: checksum.value } : {};
  return emptyAnswer(200, { etag, ...echo });
}

/** Algorithm of the parts' checksums: what the client chose, or S3's own default. `null`: none. */
export function computedAlgorithm(upload: OpenUpload, realDigests: boolean): ChecksumAlgorithm | null {
  return upload.algorithm ?? (realDigests ? "CRC64NVME" : null);
}

/** A part's checksum is of the upload's algorithm; only one of the whole lets parts go without. */
function requireAlgorithm(upload: OpenUpload, declared: ChecksumAlgorithm | null): void {
  const isFree = declared === null && upload.type === "FULL_OBJECT";
  if (isFree || declared === upload.algorithm) return;
  const [expected, actual] = [upload.algorithm, declared].map((one) => one?.toLowerCase() ?? "null");
  throw refuse(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
  );
}
