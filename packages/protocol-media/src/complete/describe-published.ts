import type { Call } from "../call.js";
import { describeMedia } from "../media/describe-media.js";
import { done, failed } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";

/** The file that an upload became; 410 where it is not there, or not what it was, any more. */
export async function describePublished({ engine, options }: Call, id: string, path: string): Promise<Outcome> {
  const entry = await engine.find({ path }, options);
  const media = entry === null || entry.version !== id ? null : describeMedia(entry);
  return media === null ? failed(410, "MEDIA_GONE", "the file was moved, replaced or removed") : done(media);
}
