import { emptyAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { Bucket } from "../state/bucket.js";
import type { S3Call } from "../state/s3-call.js";

/** DeleteObject: 204 whether there was one or not. */
export async function deleteObject({ bucket, key }: S3Call): Promise<S3Answer> {
  await removeObject(bucket, key);
  return emptyAnswer(204);
}

/** Takes it away, with its bytes, if it is there. */
export async function removeObject(bucket: Bucket, key: string): Promise<void> {
  const object = bucket.objects.get(key);
  if (object === undefined) return;
  bucket.objects.delete(key);
  bucket.removals.set(key, (bucket.removals.get(key) ?? 0) + 1);
  await object.content.release();
}
