import type { OwnCall } from "../call.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { removeBody } from "../wire/schemas.js";
import { ownPath } from "../wire/uri.js";
import { batchFailed, readBatch, runBatch } from "./batch.js";
import { findEntry } from "./find-entry.js";

/** `DELETE /file`: files and folders with all that is in them. There is no trash. One bad URI, and nothing is deleted. */
export async function removeFiles(call: OwnCall): Promise<Outcome> {
  const given = await readBatch(call.exchange.body, removeBody, "uris");
  if (given.kind === "refused") return given.outcome;
  const { uris } = given.body;
  const paths = new Map(uris.map((uri) => [uri, ownPath(uri, call.owner)]));
  if ([...paths.values()].includes("/")) return failed(40053, "the root cannot be deleted");
  const batch = await runBatch([...paths.keys()], async (uri) => {
    const { id } = await findEntry(call, paths.get(uri) ?? "/");
    await call.engine.remove(id, call.options);
  });
  return Object.keys(batch.failures).length === 0 ? done() : batchFailed(batch);
}
