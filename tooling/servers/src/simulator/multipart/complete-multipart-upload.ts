import { fieldOf, readDeclaredDigests } from "../body/declared-digests.js";
import { receiveDocument } from "../body/receive-document.js";
import { checksumAlgorithms } from "../checksum/algorithm.js";
import type { Checksum, ChecksumType } from "../checksum/algorithm.js";
import { joinedContent } from "../content/kept-content.js";
import { refuse } from "../http/refusal.js";
import { xmlAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { S3Request } from "../http/s3-request.js";
import { beginWrite } from "../object/write-conditions.js";
import type { OpenUpload, StoredObject, StoredPart } from "../state/bucket.js";
import type { S3Call } from "../state/s3-call.js";
import { writeXml } from "../xml/write-xml.js";
import { chooseParts } from "./choose-parts.js";
import { findUpload } from "./find-upload.js";
import { readCompletion } from "./read-completion.js";
import { multipartEtag, wholeChecksum } from "./whole-checksum.js";

/** CompleteMultipartUpload: the named parts become the object, the others go. */
export async function completeMultipartUpload(call: S3Call): Promise<S3Answer> {
  const { request, bucket, key, simulation } = call;
  const unsigned = withoutBodyChecksums(request);
  const named = readCompletion(await receiveDocument(unsigned, call.payloadHash, false));
  const repeated = bucket.completed.get(request.parameter("uploadId") ?? "");
  if (simulation.answersAgain && repeated?.key === key && repeated.parts === JSON.stringify(named)) {
    return xmlAnswer(repeated.answer);
  }
  const upload = findUpload(call);
  const allowed = beginWrite(request, bucket, key);
  const parts = chooseParts(upload, named, simulation.minPartSize);
  const object = objectOf(upload, parts, simulation.now());
  requireDeclared(request, upload, object);
  allowed();
  bucket.uploads.delete(upload.id);
  const before = bucket.objects.get(key);
  bucket.objects.set(key, object);
  const answer = answerOf(call, object);
  bucket.completed.set(upload.id, { key, parts: JSON.stringify(named), answer });
  const unused = [...upload.parts.values()].filter((part) => !parts.includes(part));
  await Promise.all([before?.content.release(), ...unused.map((part) => part.content.release())]);
  return xmlAnswer(answer);
}

/** Here `x-amz-checksum-…` is about the object, and not about the document that is the body. */
function withoutBodyChecksums(request: S3Request): S3Request {
  const isChecksum = (name: string): boolean =>
    name === "x-amz-sdk-checksum-algorithm" || checksumAlgorithms.some((algorithm) => fieldOf(algorithm) === name);
  return { ...request, header: (name) => (isChecksum(name) ? null : request.header(name)) };
}

function objectOf(upload: OpenUpload, parts: readonly StoredPart[], modifiedAt: number): StoredObject {
  return {
    content: joinedContent(parts.map((part) => part.content)),
    etag: multipartEtag(parts),
    modifiedAt,
    headers: upload.headers,
    checksum: wholeChecksum(upload, parts),
    partSizes: parts.map((part) => part.content.size),
  };
}

/** @throws InvalidRequest for another size, BadDigest for another checksum or type of it */
function requireDeclared(request: S3Request, upload: OpenUpload, object: StoredObject): void {
  const size = request.header("x-amz-mp-object-size");
  if (size !== null && Number(size) !== object.content.size) {
    throw refuse(
      "InvalidRequest",
      `The provided 'x-amz-mp-object-size' header value ${size} does not match what was computed: ${object.content.size}`,
    );
  }
  const type = request.header("x-amz-checksum-type");
  if (type !== null && type !== upload.type) {
    throw refuse("BadDigest", `The checksum type ${type} does not match that of the upload, ${upload.type}`);
  }
  const declared = wholeDeclared(request, upload.type);
  if (declared === null) return;
  if (declared.algorithm !== object.checksum?.algorithm || declared.value !== object.checksum.value) {
    throw refuse(
      "BadDigest",
      `The ${declared.algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
    );
  }
}

function wholeDeclared(request: S3Request, type: ChecksumType): Checksum | null {
  if (type === "FULL_OBJECT") return readDeclaredDigests({ ...request, header: withoutAlgorithm(request) }).checksum;
  const algorithm = checksumAlgorithms.find((one) => request.header(fieldOf(one)) !== null);
  return algorithm === undefined ? null : { algorithm, value: request.header(fieldOf(algorithm)) ?? "" };
}

/** SDKs name an algorithm without a value here, which is no mistake. */
function withoutAlgorithm(request: S3Request): S3Request["header"] {
  return (name) => (name === "x-amz-sdk-checksum-algorithm" ? null : request.header(name));
}

function answerOf({ request, bucket, key }: S3Call, object: StoredObject): string {
  const { checksum } = object;
  return writeXml([
    "CompleteMultipartUploadResult",
    [
      ["Location", `http://${request.header("host") ?? ""}${request.rawPath}`],
      ["Bucket", bucket.name],
      ["Key", key],
      ["ETag", object.etag],
      checksum === null ? null : [`Checksum${checksum.algorithm}`, checksum.value],
      checksum === null ? null : ["ChecksumType", checksum.type],
    ],
  ]);
}
