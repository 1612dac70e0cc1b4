import type { Ledger } from "../catalog/ledger.js";
import type { Writer } from "../database/connection.js";

/** `SessionStore.delete`, within a transaction. */
export type Delete = (id: string) => void;

/** Prepares its statements. */
export async function prepareDelete(writer: Writer, ledger: Ledger): Promise<Delete> {
  const stored = await writer.prepare<{ number: number; owner: string; reserved: number }>(
    "SELECT number, owner, reserved FROM sessions WHERE id = ?",
  );
  const receipts = await writer.prepare("DELETE FROM receipts WHERE session = ?");
  const claims = await writer.prepare("DELETE FROM claims WHERE session = ?");
  const session = await writer.prepare("DELETE FROM sessions WHERE number = ?");

  return (id) => {
    const found = stored.get(id);
    if (found === undefined) return;
    receipts.run(found.number);
    claims.run(found.number);
    session.run(found.number);
    ledger.move(found.owner, -found.reserved, 0);
  };
}
