import { UploadError } from "@stowage/core";
import { checkName, nameOf } from "@stowage/core/catalog";
import type { Call } from "../call.js";
import type { ContentAnswer } from "../wire/answers.js";
import { storeRelativePath } from "../wire/content-path.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { readQuery } from "../wire/read-query.js";
import { contentQuery } from "../wire/schemas.js";
import { fileCounter } from "./count-files.js";
import { describeFile } from "./describe-content.js";

/** `GET /` and `GET /{contentPath}`: what a folder holds, not what its folders hold; or a file, as a list of one. */
export async function listContent(call: Call): Promise<Outcome> {
  const { ContinuationToken: after = "" } = readQuery(call.exchange.url, contentQuery);
  if (after !== "") checkName(after);
  if (call.path === "/") return done(await listFolder(call, after));
  const entry = await call.engine.find({ path: call.path }, call.options);
  if (entry === null) throw new UploadError("ENTRY_NOT_FOUND", "no such content", { path: call.path });
  if (entry.object === null) return done(await listFolder(call, after));
  return done({ StoreFiles: [describeFile(entry)], StoreFolders: [] } satisfies ContentAnswer);
}

async function listFolder(call: Call, after: string): Promise<ContentAnswer> {
  const { engine, options, path, settings } = call;
  // One more than fits tells whether there is another page.
  const found = await engine.list(path, after === "" ? null : after, settings.maxPage + 1, options);
  const page = found.slice(0, settings.maxPage);
  const last = page.at(-1);
  const countFiles = fileCounter(call);
  const StoreFolders: ContentAnswer["StoreFolders"] = [];
  for (const { object, path: folder } of page) {
    if (object !== null) continue;
    StoreFolders.push({ StoreRelativePath: storeRelativePath(folder), FileCount: String(await countFiles(folder)) });
  }
  return {
    StoreFiles: page.filter(({ object }) => object !== null).map(describeFile),
    StoreFolders,
    ...(found.length > page.length && last !== undefined ? { ContinuationToken: nameOf(last.path) } : {}),
  };
}
