import { UploadError } from "../errors.js";
import type { UploadSession } from "../session.js";
import { type Acquired, release } from "./claims.js";
import { compareStored } from "./compare.js";
import { contiguousEnd } from "./extents.js";
import { findParts } from "./find-parts.js";
import { policyOfSession } from "./routing.js";
import { writeExtent } from "./write-extent.js";
import type { Progress, WriteJob } from "./write-job.js";

/**
 * Writes under the claim, or compares where the extent was stored before.
 *
 * @throws {UploadError} `OFFSET_MISMATCH` where chunks come in order and this is not the next
 */
export async function writeClaimed(job: WriteJob, acquired: Acquired): Promise<Progress | null> {
  const { context, id, extent } = job;
  if (acquired.kind === "stored") {
    await compareStored(job.meter, acquired.receipt, extent.range.end === job.bodyEnd);
    return null;
  }
  const { session, received } = acquired.snapshot;
  const letGo = async (error: unknown): Promise<never> => {
    await release(context, id, acquired.claimId, job.options);
    throw error;
  };
  const { inOrder } = policyOfSession(context, session);
  const next = inOrder ? await nextOffset(job, session, received).catch(letGo) : extent.range.start;
  if (extent.range.start !== next) {
    await letGo(
      new UploadError("OFFSET_MISMATCH", `offset ${extent.range.start}: ${next} is next`, {
        expected: next,
        actual: extent.range.start,
      }),
    );
  }
  return writeExtent(job, acquired.snapshot, acquired.claimId);
}

/** What came directly has no receipt, so the backend is asked where it ends. */
async function nextOffset({ context, options }: WriteJob, session: UploadSession, received: number): Promise<number> {
  if (session.transfer === "through" || session.state !== "open") return received;
  const found = await findParts(context, policyOfSession(context, session), session, options);
  return found.kind === "parts" ? contiguousEnd(found.receipts) : received;
}
