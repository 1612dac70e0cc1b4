import { UploadError } from "../errors.js";
import { type Acquired, release } from "./claims.js";
import { compareStored } from "./compare.js";
import { policyOf } from "./routing.js";
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
  if (policyOf(context, session.policyId).inOrder && extent.range.start !== received) {
    await release(context, id, acquired.claimId, job.options);
    throw new UploadError("OFFSET_MISMATCH", `offset ${extent.range.start}: ${received} is next`, {
      expected: received,
      actual: extent.range.start,
    });
  }
  return writeExtent(job, acquired.snapshot, acquired.claimId);
}
