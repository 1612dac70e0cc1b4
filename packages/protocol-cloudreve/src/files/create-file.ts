import { fromBytes, isUploadError } from "@stowage/core";
import type { CatalogEntry } from "@stowage/core";
import type { OwnCall } from "../call.js";
import { mediaTypeOf } from "../upload/media-type.js";
import { storeWhole } from "../upload/store-whole.js";
import { makeWireFacts } from "../upload/wire-facts.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { checkNewPath } from "../wire/names.js";
import { readJson } from "../wire/read-json.js";
import { createFileBody } from "../wire/schemas.js";
import { ownPath } from "../wire/uri.js";
import { printFile } from "./file-response.js";

/**
 * `POST /file/create`: an empty file or a folder, with its parents. What is there already, and of the same type, is
 * a success unless `err_on_conflict`.
 */
export async function createFile(call: OwnCall): Promise<Outcome> {
  const body = await readJson(call.exchange.body, createFileBody);
  const path = ownPath(body.uri, call.owner);
  if (path === "/") return failed(40004, "the root exists");
  checkNewPath(path);
  try {
    return done(printFile(await make(call, path, body)));
  } catch (error) {
    if (!isUploadError(error) || error.code !== "OBJECT_EXISTS" || body.err_on_conflict === true) throw error;
    const there = await call.engine.find({ path }, call.options);
    if (there === null || (there.object === null) !== (body.type === "folder")) throw error;
    return done(printFile(there));
  }
}

function make(
  call: OwnCall,
  path: string,
  body: { readonly uri: string; readonly type: string; readonly metadata?: Record<string, string> | null | undefined },
): Promise<CatalogEntry> {
  if (body.type === "folder") return call.engine.makeFolder(path, call.options);
  const file = {
    path,
    wire: makeWireFacts(body.uri, call.exchange.header("x-cr-purchase-ticket")),
    contentType: mediaTypeOf(null, path),
    metadata: body.metadata ?? {},
    onConflict: "refuse",
  } as const;
  return storeWhole(call, file, { ...fromBytes(new Uint8Array()), size: 0 }, null);
}
