import { setFlagsFromString } from "node:v8";

/**
 * Each piece of a body counts as growth of the heap until it is collected. With V8's default factor a heap as small as ours
 * is marked and compacted some sixty times for each GiB that comes in, which takes more time than the upload.
 */
export function tuneMemory(): void {
  setFlagsFromString("--heap-growing-percent=400");
}
