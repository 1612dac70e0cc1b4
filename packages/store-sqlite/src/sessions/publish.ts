import type { CatalogEntry, UploadSession } from "@stowage/core";
import { insertEntry, valuesOf } from "../catalog/entry-row.js";
import type { Ledger } from "../catalog/ledger.js";
import { type MakeFolders } from "../catalog/make-folder.js";
import type { Places } from "../catalog/places.js";
import type { Writer } from "../database/connection.js";
import { revisionConflict } from "./refusals.js";
import { prepareUpdate } from "./replace.js";
import type { SessionRow } from "./session-row.js";

/** `SessionStore.publish`, within a transaction. */
export type Publish = (next: UploadSession, entry: CatalogEntry | null) => void;

/** Prepares its statements. */
export async function preparePublish(
  writer: Writer,
  places: Places,
  ledger: Ledger,
  makeFolders: MakeFolders,
): Promise<Publish> {
  const stored = await writer.prepare<Pick<SessionRow, "number" | "state" | "revision" | "reserved" | "expires_at">>(
    "SELECT number, state, revision, reserved, expires_at FROM sessions WHERE id = ?",
  );
  const update = await prepareUpdate(writer);
  const takeOut = await writer.prepare("DELETE FROM entries WHERE id = ?");
  const put = await writer.prepare(insertEntry);
  const discard = await writer.prepare("INSERT OR IGNORE INTO garbage (policy, key) VALUES (?, ?)");

  return (next, entry) => {
    const found = stored.get(next.id);
    if (found?.revision !== next.revision - 1 || found.state !== "completing") throw revisionConflict(next);
    const completed = { ...next, expiresAt: Math.max(next.expiresAt, found.expires_at) };
    if (entry === null) return update(found.number, completed, found.reserved);
    const { path, modifiedAt } = entry;
    const { replaced, missing } = places.check(entry.owner, { onConflict: "refuse", ...next.entry, path, modifiedAt });
    makeFolders(entry, missing);
    if (replaced !== undefined) takeOut.run(replaced.id);
    put.run(
      ...valuesOf(replaced === undefined ? entry : { ...entry, id: replaced.id, createdAt: replaced.created_at }),
    );
    if (replaced !== undefined && replaced.policy !== null && replaced.key !== null) {
      discard.run(replaced.policy, replaced.key);
    }
    ledger.move(entry.owner, -found.reserved, (entry.object?.size ?? 0) - (replaced?.size ?? 0));
    update(found.number, completed, 0);
  };
}
