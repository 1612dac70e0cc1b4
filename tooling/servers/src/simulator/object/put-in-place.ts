import type { Bucket, StoredObject } from "../state/bucket.js";

/**
 * Makes it the key's object in one turn of the loop, if `allowed` does not throw; the bytes of the one that was there go, or
 * else those of this one.
 */
export async function putInPlace(
  bucket: Bucket,
  key: string,
  object: StoredObject,
  allowed: () => void,
): Promise<void> {
  try {
    allowed();
  } catch (error) {
    await object.content.release();
    throw error;
  }
  const before = bucket.objects.get(key);
  bucket.objects.set(key, object);
  await before?.content.release();
}
