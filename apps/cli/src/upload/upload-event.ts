import type { UploadedFile, UploadFailure } from "@stowage/client";
import type { LocalFile } from "./local-file.js";

/** What happens while files go up, in order. Instants are milliseconds since 1970. */
export type UploadEvent =
  | { readonly kind: "started"; readonly file: LocalFile }
  /** `sent`: bytes stored or on their way; falls where a chunk goes again. `wire`: bytes that went out, also in vain. */
  | { readonly kind: "progress"; readonly file: LocalFile; readonly sent: number; readonly wire: number }
  /** An attempt failed; the next one is made at `until`. */
  | { readonly kind: "waiting"; readonly file: LocalFile; readonly failure: UploadFailure; readonly until: number }
  /** `uploaded` is `null` where the same bytes were there already. `wire` as above: less than the size after an earlier run. */
  | {
      readonly kind: "done";
      readonly file: LocalFile;
      readonly uploaded: UploadedFile | null;
      readonly wire: number;
      readonly ms: number;
    }
  /** `error`: an `UploadFailure`, or Node's. */
  | { readonly kind: "failed"; readonly file: LocalFile; readonly error: unknown }
  /** In a folder that was given, and no file. */
  | { readonly kind: "skipped"; readonly name: string };

/** How it all came out. */
export interface UploadSummary {
  readonly files: number;
  readonly done: number;
  readonly failed: number;
  /** Of the files that are done, those that were there already included. */
  readonly bytes: number;
  readonly ms: number;
  readonly exitCode: number;
}

/** Shows it to somebody. */
export interface UploadView {
  show(event: UploadEvent): void;
  /** The last word; nothing is shown after it. */
  end(summary: UploadSummary): void;
}
