import { fromBase64Url } from "@stowage/cloudreve-wire";
import type { CatalogEntry } from "@stowage/core";
import { badRequest } from "../../wire/bad-request.js";
import type { SlaveCall } from "../slave-call.js";
import { filePath } from "./file-path.js";

/** A file of the catalog. */
export type FileEntry = CatalogEntry & { readonly object: NonNullable<CatalogEntry["object"]> };

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The file whose path a URL holds in base64url, with padding or without. `null`: there is none, or it is a folder.
 *
 * @throws {UploadError} `OPTIONS_INVALID`, `NAME_REFUSED`
 */
export async function findFile({ engine, options }: SlaveCall, encoded: string): Promise<FileEntry | null> {
  return findAt({ engine, options }, filePath(decodeBase64(encoded)));
}

/** The same by its path in the catalog. */
export async function findAt(
  { engine, options }: Pick<SlaveCall, "engine" | "options">,
  path: string,
): Promise<FileEntry | null> {
  const entry = await engine.find({ path }, options);
  return entry === null || entry.object === null ? null : { ...entry, object: entry.object };
}

function decodeBase64(encoded: string): string {
  const bare = encoded.replace(/={1,2}$/, "");
  const raw = fromBase64Url(bare.padEnd(Math.ceil(bare.length / 4) * 4, "="));
  try {
    if (raw !== null) return decoder.decode(raw);
  } catch {
    // Not UTF-8: no path that a master ever gave.
  }
  throw badRequest("path: not a path in base64url");
}
