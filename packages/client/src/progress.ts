import type { SessionInfo } from "./http/wire.js";
import type { UploadOptions } from "./options.js";

/** Bytes by chunk. */
export interface Progress {
  /** So many bytes of a chunk are stored or on their way. */
  report(index: number, bytes: number): void;
  /** All of a chunk is stored. */
  stored(index: number, session: Pick<SessionInfo, "chunkSize">): void;
  /** Nothing has gone out yet. */
  reset(): void;
}

/** Tells the application of every change. */
export function makeProgress(size: number, onProgress: UploadOptions["onProgress"]): Progress {
  let byChunk = new Map<number, number>();
  let sent = 0;
  const report = (index: number, bytes: number): void => {
    const before = byChunk.get(index) ?? 0;
    if (bytes === before) return;
    byChunk.set(index, bytes);
    sent += bytes - before;
    // A multipart body is a little longer than its file.
    onProgress?.({ sent: Math.min(sent, size), size });
  };
  return {
    report,
    stored: (index, { chunkSize }) => report(index, Math.min(chunkSize, size - index * chunkSize)),
    reset: () => {
      byChunk = new Map();
      sent = 0;
    },
  };
}
