import type { Call } from "../call.js";
import { done, failed } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { describeMedia } from "./describe-media.js";

/** `GET /{id}/`: what completing the upload answered, as the file is now. */
export async function getMedia({ engine, id, options }: Call): Promise<Outcome> {
  const entry = await engine.find({ id }, options);
  const media = entry === null ? null : describeMedia(entry);
  return media === null ? failed(404, "MEDIA_NOT_FOUND", "no such media") : done(media);
}
