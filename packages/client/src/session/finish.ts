import { crcText } from "../checksum/combine.js";
import { asFailure, UploadFailure } from "../failure.js";
import { ask } from "../http/ask.js";
import type { SessionInfo } from "../http/wire.js";
import type { UploadedFile } from "../options.js";
import type { Task } from "../task.js";
import { wholeCrc } from "../transfer/read-chunk.js";
import { transfer } from "../transfer/transfer.js";
import { getSession } from "./open-session.js";

/** How often the server may say that bytes are missing which we have sent. */
const mostRounds = 3;

/**
 * Sends what is missing, completes, and compares the object with what was read.
 *
 * @throws {UploadFailure} `CHECKSUM_MISMATCH`; what the server says for good
 */
export async function finish(task: Task, opened: SessionInfo): Promise<UploadedFile> {
  let session = opened;
  for (let rounds = 1; ; rounds += 1) {
    await transfer(task, session);
    try {
      return await verify(task, await ask(task, "POST", `/sessions/${session.id}/complete`));
    } catch (error) {
      if (asFailure(error).code !== "UPLOAD_INCOMPLETE") throw error;
      const now = await getSession(task, session.id);
      // A long list of what is missing comes in pieces, so only rounds that brought nothing count.
      if (now.received > session.received) rounds = 0;
      else if (rounds >= mostRounds) throw error;
      task.progress.reset();
      session = now;
    }
  }
}

async function verify(task: Task, session: SessionInfo): Promise<UploadedFile> {
  const { id, path, size, checksum = null, file = null } = session;
  const isVerified = checksum?.algorithm === "crc32";
  if (isVerified && crcText(await wholeCrc(task, session)) !== checksum.value)
    throw new UploadFailure("CHECKSUM_MISMATCH", "the stored file differs", {
      details: { sessionId: id },
    });
  return { sessionId: id, path, size, checksum, isVerified, file };
}
