import { type Claim, prepareClaim } from "./claims/claim.js";
import { prepareSettle, type Settle } from "./claims/settle.js";
import { type Collected, prepareCollected } from "./catalog/collected.js";
import { prepareLedger } from "./catalog/ledger.js";
import { type MakeFolder, prepareMakeFolder, prepareMakeFolders } from "./catalog/make-folder.js";
import { preparePlaces } from "./catalog/places.js";
import { prepareRemove, type Remove } from "./catalog/remove.js";
import { prepareRename, type Rename } from "./catalog/rename.js";
import type { Writer } from "./database/connection.js";
import { type Delete, prepareDelete } from "./sessions/delete.js";
import { type Insert, prepareInsert } from "./sessions/insert.js";
import { preparePublish, type Publish } from "./sessions/publish.js";
import { prepareReplace, type Replace } from "./sessions/replace.js";

/** Every verb that writes. They run within a transaction, check before they write, and throw `UploadError`s before it only. */
export interface WriteVerbs {
  readonly insert: Insert;
  readonly replace: Replace;
  readonly claim: Claim;
  readonly settle: Settle;
  readonly publish: Publish;
  readonly delete: Delete;
  readonly collected: Collected;
  readonly makeFolder: MakeFolder;
  readonly rename: Rename;
  readonly remove: Remove;
}

/** Prepares all statements, once for each opened database. */
export async function prepareWriteVerbs(writer: Writer, newId: () => string): Promise<WriteVerbs> {
  const ledger = await prepareLedger(writer);
  const places = await preparePlaces(writer);
  const makeFolders = await prepareMakeFolders(writer, newId);
  return {
    insert: await prepareInsert(writer, places, ledger),
    replace: await prepareReplace(writer, ledger),
    claim: await prepareClaim(writer),
    settle: await prepareSettle(writer),
    publish: await preparePublish(writer, places, ledger, makeFolders),
    delete: await prepareDelete(writer, ledger),
    collected: await prepareCollected(writer),
    makeFolder: await prepareMakeFolder(writer, places, makeFolders),
    rename: await prepareRename(writer, places),
    remove: await prepareRemove(writer, places, ledger),
  };
}
