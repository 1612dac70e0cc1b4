import { UploadError } from "@stowage/core";
import { checkName, nameOf } from "@stowage/core/catalog";
import type { Call } from "../call.js";
import type { FilesPage } from "../wire/answers.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { readQuery } from "../wire/read-json.js";
import { filesQuery } from "../wire/schemas.js";
import { describeFile } from "./describe-file.js";
import { findFile } from "./find-file.js";

const usualPage = 100;

/** `GET /files`: one page of a folder, in the order of names. */
export async function listFiles(call: Call): Promise<Outcome> {
  const { folder, after, limit } = readQuery(call.exchange.url, filesQuery);
  if (after !== undefined) checkName(after);
  await checkFolder(call, folder);
  const size = Math.min(limit ?? usualPage, call.settings.maxPage);
  // One more than asked for tells whether there is another page.
  const found = await call.engine.list(folder, after ?? null, size + 1, call.options);
  const page = found.slice(0, size);
  const last = page.at(-1);
  return done({
    folder,
    files: page.map(describeFile),
    ...(found.length > size && last !== undefined ? { next: nameOf(last.path) } : {}),
  } satisfies FilesPage);
}

/** The root has no entry, and is there all the same. @throws {UploadError} `ENTRY_NOT_FOUND` */
async function checkFolder(call: Call, folder: string): Promise<void> {
  if (folder === "/") return;
  const { object } = await findFile(call, { path: folder });
  if (object !== null) throw new UploadError("ENTRY_NOT_FOUND", "a file, not a folder", { path: folder });
}
