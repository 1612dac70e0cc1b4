import { emptyAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { S3Call } from "../state/s3-call.js";

/** HeadBucket: it is there, and in which region. */
export async function headBucket({ simulation }: S3Call): Promise<S3Answer> {
  return emptyAnswer(200, { "x-amz-bucket-region": simulation.region });
}
