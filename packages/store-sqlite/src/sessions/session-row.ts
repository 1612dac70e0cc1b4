import type { SessionSnapshot, UploadSession, WriteClaim } from "@stowage/core";

/** A session with its claims: one row, so that both are of the same instant. */
export interface SessionRow {
  readonly number: number;
  readonly document: string;
  readonly state: string;
  readonly revision: number;
  readonly received: number;
  readonly reserved: number;
  readonly expires_at: number;
  readonly due_at: number;
  /** JSON: `[id, purpose, start, stop, wanted, until]` for each. */
  readonly claims: string;
}

/** Ends before its WHERE. */
export const selectSessions = `
  SELECT number, document, state, revision, received, reserved, expires_at, due_at,
         (SELECT json_group_array(json_array(c.id, c.purpose, c.start, c.stop, c.wanted, c.until))
            FROM claims c WHERE c.session = s.number) AS claims
    FROM sessions s`;

/** The document, brought up to what `settle` moves in the columns alone. */
export function sessionOf(row: Omit<SessionRow, "claims">): UploadSession {
  const stored = JSON.parse(row.document) as UploadSession;
  const { state, revision } = row;
  // Only `settle` moves a state without its document, from open to completing, which have the same members.
  return { ...stored, state, revision, expiresAt: row.expires_at, dueAt: row.due_at } as UploadSession;
}

/** In no order that means anything. */
export function claimsOf(row: Pick<SessionRow, "claims">): readonly WriteClaim[] {
  if (row.claims === "[]") return [];
  const stored = JSON.parse(row.claims) as [string, WriteClaim["purpose"], number, number, number, number][];
  return stored.map(([id, purpose, start, end, wanted, until]) => ({
    id,
    purpose,
    range: { start, end },
    wanted: wanted === 1,
    until,
  }));
}

/** What the contract calls a snapshot. */
export function snapshotOf(row: SessionRow): SessionSnapshot {
  return { session: sessionOf(row), received: row.received, claims: claimsOf(row) };
}

/** What is the same for the life of a session, in the order of `fixedColumns`. */
export function fixedOf({ id, owner, entry }: UploadSession) {
  return [id, owner, entry?.path ?? null, entry?.onConflict === "refuse" ? 1 : 0] as const;
}

/** See `fixedOf`. Naming one in an update would write its index anew, whatever the value. */
export const fixedColumns = ["id", "owner", "path", "refuses"] as const;

/** The other columns that follow from a session, in the order of `movingColumns`. */
export function movingOf(session: UploadSession, reserved: number) {
  return [
    session.state,
    session.revision,
    reserved,
    session.completion === "when-full" ? session.target.size : null,
    session.expiresAt,
    session.dueAt,
    JSON.stringify(session),
  ] as const;
}

/** See `movingOf`. */
export const movingColumns = ["state", "revision", "reserved", "full_at", "expires_at", "due_at", "document"] as const;
