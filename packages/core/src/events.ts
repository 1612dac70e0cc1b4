import type { ByteRange, ByteSource } from "./bytes.js";
import type { StoredObject } from "./target.js";
import type { CallOptions, EpochMs } from "./runtime.js";
import type { AbortCause, SessionView } from "./session.js";
import type { Caller, CreateUpload } from "./uploads.js";

/** Facts, after they are durable. Listeners cannot veto, and their errors reach only the log. */
export type UploadEvent =
  | { readonly type: "upload.created"; readonly at: EpochMs; readonly session: SessionView }
  | { readonly type: "chunk.stored"; readonly at: EpochMs; readonly sessionId: string; readonly range: ByteRange }
  | {
      readonly type: "upload.completed";
      readonly at: EpochMs;
      readonly session: SessionView;
      readonly object: StoredObject;
    }
  | {
      readonly type: "upload.aborted";
      readonly at: EpochMs;
      readonly session: SessionView;
      readonly cause: AbortCause;
    };

/** Decisions, before anything happens. Throw `FORBIDDEN` to refuse. */
export interface UploadHooks {
  beforeCreate?(request: CreateUpload, caller: Caller, options: CallOptions): Promise<CreateUpload>;
  /**
   * The object is whole and can be read (scan it), and nobody else sees it yet. Called again after a
   * crash: at least once for each upload, effects at most once are the hook's duty, by session id.
   */
  beforePublish?(session: SessionView, object: StoredObject, body: ByteSource, options: CallOptions): Promise<void>;
}
