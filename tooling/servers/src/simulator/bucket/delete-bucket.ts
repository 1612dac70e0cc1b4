import { refuse } from "../http/refusal.js";
import { emptyAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { S3Call } from "../state/s3-call.js";

/** DeleteBucket: an empty one; open uploads count too. */
export async function deleteBucket({ bucket, simulation }: S3Call): Promise<S3Answer> {
  if (bucket.objects.size > 0 || bucket.uploads.size > 0) {
    throw refuse("BucketNotEmpty", "The bucket you tried to delete is not empty", {
      details: { BucketName: bucket.name },
    });
  }
  simulation.buckets.delete(bucket.name);
  return emptyAnswer(204);
}
