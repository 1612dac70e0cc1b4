import type { CatalogEntry, EntryDraft, Receipt, SessionCore, UploadSession } from "@stowage/core";

/** When everything happens; the kit's own time, because a store has no clock. */
export const start = 1_767_225_600_000;
const lifeMs = 3_600_000;

/** What a case wants to be different from the sample session. */
export interface Shape extends Partial<Omit<SessionCore, "target" | "entry">> {
  readonly size?: number | null;
  readonly key?: string;
  readonly state?: "opening" | "open";
  /** Absent: a path of its own; a string: that path, refusing a conflict; `null`: no entry. */
  readonly entry?: Partial<EntryDraft> | string | null;
}

/** An entry that refuses a conflict. */
export function draftOf(path: string): EntryDraft {
  return { path, onConflict: "refuse", modifiedAt: start };
}

/** An open session of 100 bytes that completes when it is full, with something in every member. */
export function sessionFor(
  owner: string,
  { size = 100, key, state = "open", entry, ...core }: Shape = {},
): UploadSession {
  const id = core.id ?? crypto.randomUUID();
  const draft = typeof entry === "string" ? { path: entry } : entry;
  return {
    id,
    revision: 0,
    owner,
    policyId: "disk",
    driver: "relay(memory)",
    protocol: "tus",
    wire: { raw: "filename d29ybGQ=,é 名 🎈", nested: [1, null, { deep: true }] },
    transfer: "through",
    target: {
      sessionId: id,
      key: key ?? `objects/${id}`,
      size,
      plan: size === null ? null : { size, chunkSize: Math.max(size, 1), count: 1 },
      checksum: { algorithm: "sha256", value: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
      contentType: "text/plain; charset=utf-8",
      metadata: { "x-note": 'it\'s "quoted" \\ 100% _under_' },
      expiresAt: start + lifeMs * 24,
    },
    sizeLimit: size ?? 2 ** 41,
    entry: draft === null ? null : { ...draftOf(`/${id}.bin`), ...draft },
    completion: "when-full",
    createdAt: start,
    expiresAt: start + lifeMs,
    dueAt: start + lifeMs,
    ...core,
    ...(state === "open" ? { state, handle: { upload: id, parts: [1, 2] } } : { state }),
  };
}

/** Alternately with and without a checksum, as through us and directly. */
export function receiptFor(from: number, to: number): Receipt {
  const receipt = { offset: from, size: to - from, token: `token "${from}"` };
  return from % 20 === 0 ? { ...receipt, checksum: { algorithm: "crc32", value: "AAAAAA==" } } : receipt;
}

/** What the engine shows for a completed session. */
export function entryFor({ id, owner, policyId, entry, target }: UploadSession): CatalogEntry {
  return {
    id: `entry-${id}`,
    version: id,
    owner,
    path: entry?.path ?? `/${id}`,
    object: { policyId, key: target.key, size: target.size ?? 0, checksum: { algorithm: "crc32", value: "AAAAAA==" } },
    contentType: target.contentType,
    metadata: target.metadata,
    createdAt: start + 5,
    modifiedAt: entry?.modifiedAt ?? start,
  };
}
