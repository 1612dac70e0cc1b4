import { UploadError } from "@stowage/core";
import type { CatalogEntry } from "@stowage/core";
import type { OwnCall } from "../call.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { checkFields } from "../wire/read-json.js";
import { infoQuery } from "../wire/schemas.js";
import { ownPath } from "../wire/uri.js";
import { printExtended, printFile, printRoot } from "./file-response.js";
import { findEntry } from "./find-entry.js";

/** `GET /file/info`: one file or folder, by URI or id. */
export async function fileInfo(call: OwnCall): Promise<Outcome> {
  const query = checkFields(infoQuery, Object.fromEntries(call.exchange.url.searchParams));
  const path = query.uri === undefined ? null : ownPath(query.uri, call.owner);
  if (path === "/") return done(printRoot());
  const entry = path === null ? await findById(call, query.id ?? "") : await findEntry(call, path);
  return done(query.extended === true ? printExtended(entry, call.engine.policies()) : printFile(entry));
}

async function findById({ engine, options }: OwnCall, id: string): Promise<CatalogEntry> {
  const entry = /^[\w~-]{1,128}$/.test(id) ? await engine.find({ id }, options) : null;
  if (entry === null) throw new UploadError("ENTRY_NOT_FOUND", "no entry has this id", { path: "" });
  return entry;
}
