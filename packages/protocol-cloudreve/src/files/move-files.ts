import { UploadError } from "@stowage/core";
import { nameOf } from "@stowage/core/catalog";
import type { OwnCall } from "../call.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { checkPathLength } from "../wire/names.js";
import { moveBody } from "../wire/schemas.js";
import { ownPath } from "../wire/uri.js";
import { batchFailed, readBatch, runBatch } from "./batch.js";
import { findEntry } from "./find-entry.js";

/**
 * `POST /file/move`: files and folders, with all that is in them, into another folder under their own names. One bad
 * URI, and nothing moves. What is in the folder already stays and is a success. Copies are refused: 403.
 */
export async function moveFiles(call: OwnCall): Promise<Outcome> {
  const given = await readBatch(call.exchange.body, moveBody, "uris");
  if (given.kind === "refused") return given.outcome;
  const { uris, dst, copy } = given.body;
  const folder = ownPath(dst, call.owner);
  const paths = new Map(uris.map((uri) => [uri, ownPath(uri, call.owner)]));
  if (copy === true) return failed(403, "not offered here: copying on the server");
  if ([...paths.values()].includes("/")) return failed(40053, "the root cannot be moved");
  if (!(await isFolder(call, folder))) return failed(40016, "the folder to move into does not exist");
  const batch = await runBatch([...paths.keys()], async (uri) => moveInto(call, paths.get(uri) ?? "/", folder));
  return Object.keys(batch.failures).length === 0 ? done() : batchFailed(batch);
}

async function isFolder({ engine, options }: OwnCall, path: string): Promise<boolean> {
  return path === "/" || (await engine.find({ path }, options))?.object === null;
}

async function moveInto(call: OwnCall, path: string, folder: string): Promise<void> {
  const target = `${folder === "/" ? "" : folder}/${nameOf(path)}`;
  const { id } = await findEntry(call, path);
  if (folder === path || folder.startsWith(`${path}/`)) throw intoItself();
  checkPathLength(target);
  if (target !== path) await call.engine.rename(id, target, call.options);
}

function intoItself(): UploadError<"FORBIDDEN"> {
  const reason = "a folder cannot be moved into itself";
  return new UploadError("FORBIDDEN", reason, { reason });
}
