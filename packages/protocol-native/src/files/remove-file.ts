import type { Call } from "../call.js";
import type { Outcome } from "../wire/outcome.js";
import { readQuery } from "../wire/read-json.js";
import { fileQuery } from "../wire/schemas.js";
import { findFile } from "./find-file.js";

/** `DELETE /files`: a file, or a folder with everything in it. There is no trash: it is gone. */
export async function removeFile(call: Call): Promise<Outcome> {
  const { id } = await findFile(call, readQuery(call.exchange.url, fileQuery));
  await call.engine.remove(id, call.options);
  return { kind: "empty" };
}
