import type { ObjectRef, Receipt, SessionFilter, SessionSnapshot } from "@stowage/core";
import type { Reader } from "../database/connection.js";
import { type ReceiptRow, receiptOf, selectReceipts } from "./receipt-row.js";
import { selectSessions, type SessionRow, snapshotOf } from "./session-row.js";

/** The reading verbs of `SessionStore`. Each is one statement, hence of one instant. */
export interface SessionReads {
  get(id: string): SessionSnapshot | null;
  receipts(id: string): readonly Receipt[];
  listDue(now: number, limit: number): readonly SessionSnapshot[];
  list(filter: SessionFilter): readonly SessionSnapshot[];
  garbage(limit: number): readonly ObjectRef[];
}

/** Prepares its statements. */
export function prepareSessionReads(reader: Reader): SessionReads {
  const byId = reader.prepare<SessionRow>(`${selectSessions} WHERE s.id = ?`);
  const receipts = reader.prepare<ReceiptRow>(
    `${selectReceipts} WHERE session = (SELECT number FROM sessions WHERE id = ?) ORDER BY start`,
  );
  const due = reader.prepare<SessionRow>(`${selectSessions} WHERE s.due_at <= ? ORDER BY s.due_at, s.id LIMIT ?`);
  const rest = "s.id > ?2 AND (?3 IS NULL OR s.state = ?3) ORDER BY s.id LIMIT ?4";
  const ofAll = reader.prepare<SessionRow>(`${selectSessions} WHERE ?1 IS NULL AND ${rest}`);
  const ofOne = reader.prepare<SessionRow>(`${selectSessions} WHERE s.owner = ?1 AND ${rest}`);
  const garbage = reader.prepare<{ policy: string; key: string }>(
    "SELECT policy, key FROM garbage ORDER BY number LIMIT ?",
  );

  return {
    get: (id) => {
      const row = byId.get(id);
      return row === undefined ? null : snapshotOf(row);
    },
    receipts: (id) => receipts.all(id).map(receiptOf),
    listDue: (now, limit) => due.all(now, limit).map(snapshotOf),
    list: ({ owner, state, after, limit }) =>
      (owner === undefined ? ofAll : ofOne).all(owner ?? null, after ?? "", state ?? null, limit).map(snapshotOf),
    garbage: (limit) => garbage.all(limit).map(({ policy, key }) => ({ policyId: policy, key })),
  };
}
