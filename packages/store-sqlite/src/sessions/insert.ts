import { UploadError, type UploadSession } from "@stowage/core";
import type { Places } from "../catalog/places.js";
import type { Ledger } from "../catalog/ledger.js";
import type { Writer } from "../database/connection.js";
import { pathBusy } from "./refusals.js";
import { fixedColumns, fixedOf, movingColumns, movingOf } from "./session-row.js";

/** `SessionStore.insert`, within a transaction. */
export type Insert = (session: UploadSession, quota: number) => void;

/** Prepares its statements. */
export async function prepareInsert(writer: Writer, places: Places, ledger: Ledger): Promise<Insert> {
  const taken = await writer.prepare("SELECT 1 AS yes FROM sessions WHERE id = ?");
  const aiming = await writer.prepare<{ id: string }>(
    `SELECT id FROM sessions
      WHERE owner = ? AND path = ? AND path IS NOT NULL AND state NOT IN ('completed', 'aborted')
        AND state <> 'aborting' LIMIT 1`,
  );
  const columns = [...fixedColumns, ...movingColumns];
  const add = await writer.prepare(
    `INSERT INTO sessions (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
  );

  return (session, quota) => {
    const { id, owner, entry, target } = session;
    if (taken.get(id) !== undefined) throw new UploadError("SESSION_EXISTS", `session ${id} is there`, { id });
    if (entry !== null) {
      places.check(owner, entry);
      const other = entry.onConflict === "refuse" ? aiming.get(owner, entry.path) : undefined;
      if (other !== undefined) throw pathBusy(entry.path, other.id);
    }
    const reserved = target.size ?? 0;
    ledger.check(owner, reserved, quota);
    ledger.move(owner, reserved, 0);
    add.run(...fixedOf(session), ...movingOf(session, reserved));
  };
}
