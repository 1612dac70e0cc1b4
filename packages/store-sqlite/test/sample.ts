import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CatalogEntry, EntryDraft, Receipt, SettleOptions, UploadSession, WriteClaim } from "@stowage/core";

/** What a test says of a session; the rest is filled up. */
export interface SessionWish {
  readonly id: string;
  readonly owner?: string;
  readonly size?: number | null;
  readonly entry?: Partial<EntryDraft> & { readonly path: string };
  readonly completion?: UploadSession["completion"];
  readonly dueAt?: number;
}

export const options = { signal: new AbortController().signal };
export const unlimited = Number.MAX_SAFE_INTEGER;

export function openSession(wish: SessionWish): UploadSession & { readonly state: "open" } {
  const { id, size = 100 } = wish;
  return {
    id,
    revision: 0,
    owner: wish.owner ?? "ada",
    policyId: "p",
    driver: "memory",
    protocol: "native",
    wire: { secret: "s" },
    transfer: "through",
    target: {
      sessionId: id,
      key: `key-of-${id}`,
      size,
      plan: null,
      contentType: "text/plain",
      metadata: { name: "ä" },
      expiresAt: 1_000,
    },
    sizeLimit: size ?? 1_000_000,
    entry: wish.entry === undefined ? null : { onConflict: "replace", modifiedAt: 5, ...wish.entry },
    completion: wish.completion ?? "explicit",
    createdAt: 1,
    expiresAt: 1_000,
    dueAt: wish.dueAt ?? 1_000,
    state: "open",
    handle: { upload: "u" },
  };
}

export function writeClaim(id: string, start: number, end: number): WriteClaim {
  return { id, purpose: "write", range: { start, end }, wanted: false, until: 500 };
}

export function completeClaim(id: string): WriteClaim {
  return { id, purpose: "complete", range: { start: 0, end: 0 }, wanted: false, until: 500 };
}

export function receipt(offset: number, size: number): Receipt {
  return { offset, size, token: `t${offset}`, checksum: { algorithm: "crc32", value: "AAAAAA==" } };
}

export function next(changes: Partial<SettleOptions> = {}): SettleOptions {
  return { keepClaim: false, expiresAt: 2_000, completionDueAt: 3_000, ...changes };
}

/** The session as `publish` is given it. */
export function completed(session: UploadSession, size: number): UploadSession {
  const { handle: _, ...core } = session as UploadSession & { readonly state: "open" };
  return { ...core, revision: session.revision + 1, state: "completed", object: { key: session.target.key, size } };
}

export function fileEntry(session: UploadSession, size: number): CatalogEntry {
  return {
    id: `entry-of-${session.id}`,
    version: session.id,
    owner: session.owner,
    path: session.entry?.path ?? "/none",
    object: { policyId: session.policyId, key: session.target.key, size },
    contentType: session.target.contentType,
    metadata: session.target.metadata,
    createdAt: 7,
    modifiedAt: 5,
  };
}

export function folderEntry(path: string, owner = "ada"): CatalogEntry {
  const id = `folder-${owner}-${path}`;
  return { id, version: id, owner, path, object: null, contentType: "", metadata: {}, createdAt: 7, modifiedAt: 5 };
}

/** A directory of one test; removed by the function that comes with it. */
export async function temporary(): Promise<{ readonly file: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "store-sqlite-"));
  return { file: join(directory, "sessions.db"), remove: () => rm(directory, { recursive: true, force: true }) };
}
