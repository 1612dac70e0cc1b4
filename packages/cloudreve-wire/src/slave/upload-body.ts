import type { EpochMs } from "@stowage/core";
import { z } from "zod";
import { longestPath } from "./longest-path.js";

/** Longest URL that a node takes, in characters. */
const longest = 16_384;

const props = z.object({
  UploadSessionID: z.string().min(1).max(128),
  SavePath: z.string().min(1).max(longestPath).meta({ description: "Where the node keeps the file" }),
  Size: z.int().min(0),
  /** RFC 3339, with any offset. */
  ExpireAt: z.iso.datetime({ offset: true }),
  MimeType: z.string().max(255).nullish(),
  /** RFC 3339; Go's zero time, of the year 1, for none. */
  LastModified: z.iso.datetime({ offset: true }).nullish(),
  Uri: z.object({ uri: z.string().max(longest) }).nullish(),
});

/**
 * JSON of `PUT /slave/upload`, as far as a node needs it. What else a master of Cloudreve sends (policy, keys, entity) is
 * dropped unseen.
 */
export const slaveUploadBody = z.object({
  session: z.object({
    /** Empty: nobody is to be told; a later PUT of the same session may name somebody. */
    Callback: z.string().max(longest).nullish(),
    /** 0: one chunk. */
    ChunkSize: z.int().min(0),
    Props: props,
  }),
  overwrite: z.boolean().nullish(),
  /** Ours: without a callback, the last chunk does not complete the upload; `slavePaths.complete` does. */
  explicit: z.boolean().nullish(),
});

/** What a node reads. */
export type SlaveUploadBody = z.output<typeof slaveUploadBody>;

/** What a master says of an upload. */
export interface SlaveUpload {
  readonly sessionId: string;
  readonly savePath: string;
  readonly size: number;
  /** 0: one chunk. */
  readonly chunkSize: number;
  readonly expiresAt: EpochMs;
  readonly mimeType: string;
  /**
   * Whom the node tells when all is there, and the last chunk completes it; `null`: nobody, and our own nodes then wait to
   * be told to complete it.
   */
  readonly callback: string | null;
}

/** The body of `PUT /slave/upload`: the same text for the same facts, so that its signature may be made from it. */
export function printSlaveUpload(upload: SlaveUpload): string {
  const body = {
    session: {
      UID: 0,
      Policy: { id: 0, name: "stowage", type: "remote", settings: {} },
      Callback: upload.callback ?? "",
      ChunkSize: upload.chunkSize,
      Props: {
        Uri: { uri: "" },
        Size: upload.size,
        UploadSessionID: upload.sessionId,
        SavePath: upload.savePath,
        MimeType: upload.mimeType,
        ExpireAt: new Date(upload.expiresAt).toISOString(),
      },
    },
    overwrite: false,
    ...(upload.callback === null ? { explicit: true } : {}),
  };
  return JSON.stringify(body);
}
