import { finishUpload } from "../callback/finish-upload.js";
import type { SignedCall } from "../call.js";
import type { Outcome } from "../wire/envelope.js";
import { printS3Error, xmlAnswer } from "./print-s3-error.js";
import { signedSession } from "./signed-session.js";

/**
 * `POST /file/upload/s3/{sessionId}/complete`: the completion of such a client, or of one whose backend leaves the completion to
 * us. Its list of parts proves nothing and is not read.
 */
export async function completeParts(call: SignedCall): Promise<Outcome> {
  try {
    const { session, uploads } = await signedSession(call, "s3", call.exchange.url.searchParams.get("sign"));
    await finishUpload(uploads, session, call.options);
    return xmlAnswer(200, "<CompleteMultipartUploadResult/>");
  } catch (error) {
    return printS3Error(call.explain(error));
  }
}
