import type { UploadOptions } from "./options.js";

/** Bytes by chunk. */
export interface Progress {
  /** So many bytes of a chunk are stored or on their way. */
  report(index: number, bytes: number): void;
  /** Nothing has gone out yet. */
  reset(): void;
}

/** Tells the application of every change. */
export function makeProgress(size: number, onProgress: UploadOptions["onProgress"]): Progress {
  let byChunk = new Map<number, number>();
  let sent = 0;
  return {
    report: (index, bytes) => {
      const before = byChunk.get(index) ?? 0;
      if (bytes === before) return;
      byChunk.set(index, bytes);
      sent += bytes - before;
      // A multipart body is a little longer than its file.
      onProgress?.({ sent: Math.min(sent, size), size });
    },
    reset: () => {
      byChunk = new Map();
      sent = 0;
    },
  };
}
