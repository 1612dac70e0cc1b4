import { slaveListQuery } from "@stowage/cloudreve-wire";
import type { SlaveListed } from "@stowage/cloudreve-wire";
import { checkPath, nameOf } from "@stowage/core/catalog";
import type { CatalogEntry } from "@stowage/core";
import { done, failed } from "../../wire/envelope.js";
import type { Outcome } from "../../wire/envelope.js";
import { checkFields } from "../../wire/read-json.js";
import type { SlaveCall } from "../slave-call.js";

const pageLength = 1000;
/** Most entries of one answer: some 20 MB of JSON. */
const mostListed = 100_000;

/** `GET /slave/file/list`: what is in a folder, with `recursive` also below it, in JSON. An unknown folder is empty. */
export async function listFiles(call: SlaveCall): Promise<Outcome> {
  const query = checkFields(slaveListQuery, Object.fromEntries(call.exchange.url.searchParams));
  const folder = query.path.replace(/^\/*/, "/").replace(/(?<=.)\/+$/, "");
  checkPath(folder);
  const isRecursive = query.recursive === "true" || query.recursive === "1";
  const listed: SlaveListed[] = [];
  for await (const entry of walk(call, folder, isRecursive)) {
    if (listed.length === mostListed) return failed(40074, `over ${mostListed} entries: list the folders below`);
    listed.push(print(entry, folder));
  }
  return done(listed);
}

async function* walk(call: SlaveCall, folder: string, isRecursive: boolean): AsyncGenerator<CatalogEntry> {
  const folders = [folder];
  for (let at = folders.shift(); at !== undefined; at = folders.shift()) {
    for (let after: string | null = null; ;) {
      const page: readonly CatalogEntry[] = await call.engine.list(at, after, pageLength, call.options);
      yield* page;
      if (isRecursive) folders.push(...page.filter(({ object }) => object === null).map(({ path }) => path));
      const last = page.at(-1);
      if (last === undefined || page.length < pageLength) break;
      after = nameOf(last.path);
    }
  }
}

function print({ path, object, modifiedAt }: CatalogEntry, folder: string): SlaveListed {
  return {
    Name: nameOf(path),
    Source: path.slice(1),
    RelativePath: path.slice(folder === "/" ? 1 : folder.length + 1),
    Size: object?.size ?? 0,
    IsDir: object === null,
    LastModify: new Date(modifiedAt).toISOString(),
  };
}
