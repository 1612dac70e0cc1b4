import { checkName, parentOf } from "@stowage/core/catalog";
import type { OwnCall } from "../call.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { checkNewName } from "../wire/names.js";
import { readJson } from "../wire/read-json.js";
import { renameBody } from "../wire/schemas.js";
import { ownPath } from "../wire/uri.js";
import { printFile } from "./file-response.js";
import { findEntry } from "./find-entry.js";

/** `POST /file/rename`: another name in the same folder; a folder takes everything under it along. */
export async function renameFile(call: OwnCall): Promise<Outcome> {
  const { uri, new_name: name } = await readJson(call.exchange.body, renameBody);
  const path = ownPath(uri, call.owner);
  if (path === "/") return failed(40053, "the root cannot be renamed");
  checkName(name);
  checkNewName(name);
  const entry = await findEntry(call, path);
  const renamed = `${parentOf(path) === "/" ? "" : parentOf(path)}/${name}`;
  if (renamed === path) return done(printFile(entry));
  return done(printFile(await call.engine.rename(entry.id, renamed, call.options)));
}
