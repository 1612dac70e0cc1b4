import { UploadError } from "@stowage/core";
import type { Call } from "../call.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";

/** `DELETE /{contentPath}`: a file, or a folder with everything in it. */
export async function removeContent({ engine, options, path }: Call): Promise<Outcome> {
  const entry = await engine.find({ path }, options);
  if (entry === null) throw new UploadError("ENTRY_NOT_FOUND", "no such content", { path });
  await engine.remove(entry.id, options);
  return done();
}
