import { type S3Handle } from "./handle.js";

/**
 * Late bytes of an evicted writer land in the upload under the part number of their chunk, where the next writer's would
 * be. From now on chunks are therefore kept aside, under names of this generation; completion copies them over whatever
 * came late. Nothing at the store changes, so doing it again is as good. See docs/adr/0012.
 */
export function fence(handle: S3Handle): S3Handle {
  return { ...handle, generation: handle.generation + 1 };
}
