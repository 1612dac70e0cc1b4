import { memoryContent } from "../content/kept-content.js";
import type { ContentStore } from "../content/content-store.js";
import { refuse } from "../http/refusal.js";
import type { S3Request } from "../http/s3-request.js";
import { malformed } from "../xml/read-xml.js";
import { bodySize } from "./body-size.js";
import { receiveBody } from "./receive-body.js";

/** 2 MiB: 10,000 parts with every checksum are half of it. */
const maxDocument = 2 * 1024 * 1024;

const inMemory: ContentStore = {
  receive: async (bytes) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes) pieces.push(piece);
    return memoryContent(Buffer.concat(pieces));
  },
  close: async () => {},
};

/**
 * Text of a body that is a document, compared with what the request declares of it.
 *
 * @throws InvalidRequest where `needsDigest` and the request declares none; MalformedXML where it is no UTF-8
 */
export async function receiveDocument(request: S3Request, payloadHash: string, needsDigest: boolean): Promise<string> {
  if (bodySize(request, payloadHash) > maxDocument) {
    throw refuse("MaxMessageLengthExceeded", "Your request was too large.");
  }
  const body = await receiveBody(request, payloadHash, inMemory, { md5: false, checksum: null });
  if (needsDigest && body.md5 === null && !body.isDeclared) {
    throw refuse("InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of body.content.read(0, body.content.size)) pieces.push(piece);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    throw malformed();
  }
}
