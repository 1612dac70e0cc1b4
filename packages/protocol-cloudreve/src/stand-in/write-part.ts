import { crossOrigin } from "../files/content-headers.js";
import type { SignedCall } from "../call.js";
import { sizedBody } from "../upload/body-length.js";
import { chunkIndexOf, noChunkIndex } from "../upload/chunk-index.js";
import type { Outcome } from "../wire/envelope.js";
import { printS3Error } from "./print-s3-error.js";
import { signedSession } from "./signed-session.js";

/** `PUT /file/upload/s3/{sessionId}/{index}`: one chunk from a client that believes it speaks to S3. */
export async function writePart(call: SignedCall): Promise<Outcome> {
  try {
    const { session, uploads } = await signedSession(call, "s3", call.exchange.url.searchParams.get("sign"));
    const index = chunkIndexOf(call.parts[1] ?? "");
    if (index === null) return printS3Error(noChunkIndex);
    await uploads.write(session.id, { index }, sizedBody(call.exchange), call.options);
    // Clients want one, and hand it back with the completion, where nobody looks at it.
    return { kind: "raw", answer: { status: 200, headers: { ...crossOrigin, etag: `"${index}"` } } };
  } catch (error) {
    return printS3Error(call.explain(error));
  }
}
