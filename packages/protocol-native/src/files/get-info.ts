import type { Call } from "../call.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { readQuery } from "../wire/read-json.js";
import { fileQuery } from "../wire/schemas.js";
import { describeFile } from "./describe-file.js";
import { findFile } from "./find-file.js";

/** `GET /files/info`: one file or folder, with its checksum where the storage told one. */
export async function getInfo(call: Call): Promise<Outcome> {
  return done(describeFile(await findFile(call, readQuery(call.exchange.url, fileQuery))));
}
