import { nameOf, parentOf } from "@stowage/core/catalog";
import type { CatalogEntry } from "@stowage/core";
import type { OwnCall } from "../call.js";
import { printStoragePolicy } from "../upload/storage-policy.js";
import type { FileResponse, ListAnswer } from "../wire/answers.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { checkFields } from "../wire/read-json.js";
import { listQuery } from "../wire/schemas.js";
import { ownPath, parseUri } from "../wire/uri.js";
import { folderCapability, rootCapability } from "./capability.js";
import { printFile, printRoot } from "./file-response.js";
import { findEntry } from "./find-entry.js";
import { parsePageToken, printPageToken } from "./page-token.js";

const mostPerPage = 2000;
const usualPage = 100;

/** `GET /file`: one page of a folder, in the order of names. A URI of a file lists that file alone. */
export async function listFiles(call: OwnCall): Promise<Outcome> {
  const query = checkFields(listQuery, Object.fromEntries(call.exchange.url.searchParams));
  const path = ownPath(query.uri, call.owner);
  if (parseUri(query.uri).query !== "") return failed(403, "searching is not offered here");
  const size = Math.min(Math.max(query.page_size ?? usualPage, 1), mostPerPage);
  const entry = path === "/" ? null : await findEntry(call, path);
  if (entry !== null && entry.object !== null) return done(await singleFile(call, entry));
  const after = query.next_page_token ? parsePageToken(query.next_page_token) : null;
  // One more than asked for tells whether there is another page.
  const found = await call.engine.list(path, after, size + 1, call.options);
  const page = found.slice(0, size);
  const last = page.at(-1);
  return done({
    ...frame(call, path, entry === null ? printRoot() : printFile(entry)),
    files: page.map(printFile),
    pagination: {
      page: 0,
      page_size: size,
      ...(found.length > size && last !== undefined ? { next_token: printPageToken(nameOf(last.path)) } : {}),
      is_cursor: true,
    },
  } satisfies ListAnswer);
}

async function singleFile(call: OwnCall, entry: CatalogEntry): Promise<ListAnswer> {
  const folder = parentOf(entry.path);
  const parent = folder === "/" ? printRoot() : printFile(await findEntry(call, folder));
  return {
    ...frame(call, folder, parent),
    files: [printFile(entry)],
    pagination: { page: 0, page_size: 1, is_cursor: true },
    single_file_view: true,
  };
}

/** All of a listing but its files. Uploaders take the policy, and so their number of parallel chunks, from here. */
function frame({ engine }: OwnCall, folder: string, parent: FileResponse): Omit<ListAnswer, "files" | "pagination"> {
  return {
    parent,
    props: {
      capability: folder === "/" ? rootCapability : folderCapability,
      max_page_size: mostPerPage,
      order_by_options: ["name"],
      order_direction_options: ["asc"],
    },
    context_hint: null,
    mixed_type: false,
    storage_policy: printStoragePolicy(engine.policyFor(folder)),
  };
}
