import { upload, UploadFailure } from "@stowage/client";
import type { UploadedFile } from "@stowage/client";
import { fileSource } from "@stowage/client/node";
import { codeOf } from "../exit-code.js";
import type { Server } from "../server/server.js";
import { openRecord } from "../state/upload-record.js";
import type { UploadRecord } from "../state/upload-record.js";
import { countWire } from "./count-wire.js";
import type { LocalFile } from "./local-file.js";
import { hasSameContent } from "./same-content.js";
import type { UploadEvent } from "./upload-event.js";

/** What the uploads of one command have in common. */
export interface UploadSettings {
  readonly server: Server;
  /** Where unfinished uploads are remembered. */
  readonly state: string;
  readonly signal: AbortSignal;
  readonly isOverwriting: boolean;
  readonly policy?: string;
  /** Most chunks at a time, for each file. */
  readonly parallel?: number;
  /** How long to go on without a single success, in milliseconds. */
  readonly patienceMs: number;
}

/** Uploads one file, from where an earlier run was interrupted; tells all that happens to it. Never rejects. */
export async function uploadFile(
  file: LocalFile,
  settings: UploadSettings,
  tell: (event: UploadEvent) => void,
): Promise<void> {
  const startedAt = performance.now();
  tell({ kind: "started", file });
  let record: UploadRecord | null = null;
  try {
    record = await openRecord(settings.state, settings.server.address.to, file.target);
    if (record === null) throw new UploadFailure("LOCKED", "another stowage on this machine is uploading it");
    let wire = 0;
    const uploaded = await transfer(file, settings, record, (event) => {
      if (event.kind === "progress") ({ wire } = event);
      tell(event);
    });
    tell({ kind: "done", file, uploaded, wire, ms: performance.now() - startedAt });
  } catch (error) {
    tell({ kind: "failed", file, error });
  }
  await record?.release();
}

/** `null`: it is there already. */
async function transfer(
  file: LocalFile,
  settings: UploadSettings,
  record: UploadRecord,
  tell: (event: UploadEvent) => void,
): Promise<UploadedFile | null> {
  const { server, isOverwriting } = settings;
  if (isOverwriting && (await hasSameContent(server, file))) return null;
  try {
    return await send(file, settings, record, tell);
  } catch (error) {
    if (codeOf(error) !== "OBJECT_EXISTS" || !(await hasSameContent(server, file))) throw error;
    await record.forget();
    return null;
  }
}

async function send(
  file: LocalFile,
  settings: UploadSettings,
  record: UploadRecord,
  tell: (event: UploadEvent) => void,
): Promise<UploadedFile> {
  const { server, signal, isOverwriting, policy, parallel, patienceMs } = settings;
  let wire = 0;
  const source = countWire(await fileSource(file.source), (bytes) => (wire += bytes));
  const { done } = upload(source, {
    ...server.address,
    path: file.target,
    onConflict: isOverwriting ? "replace" : "refuse",
    resume: record.store,
    signal,
    patienceMs,
    ...(policy === undefined ? {} : { policy }),
    ...(parallel === undefined ? {} : { parallel }),
    onProgress: ({ sent }) => tell({ kind: "progress", file, sent, wire }),
    onRetry: (failure, waitMs) => tell({ kind: "waiting", file, failure, until: Date.now() + waitMs }),
  });
  return await done;
}
