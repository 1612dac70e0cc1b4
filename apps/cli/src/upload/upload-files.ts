import { codeOf, exitCodeOfAll } from "../exit-code.js";
import type { LocalFile } from "./local-file.js";
import type { UploadEvent, UploadSummary } from "./upload-event.js";
import { uploadFile } from "./upload-file.js";
import type { UploadSettings } from "./upload-file.js";

/**
 * Uploads files, so many at a time, in their order; one that fails does not stop the others. An interruption begins no other
 * file, and the summary counts what it stopped neither as done nor as failed. Never rejects.
 */
export async function uploadFiles(
  files: readonly LocalFile[],
  together: number,
  settings: UploadSettings,
  tell: (event: UploadEvent) => void,
): Promise<UploadSummary> {
  const startedAt = performance.now();
  const queue = files.values();
  const errors: unknown[] = [];
  let [done, bytes] = [0, 0];
  const listen = (event: UploadEvent): void => {
    if (event.kind === "done") {
      done += 1;
      bytes += event.uploaded?.size ?? event.file.size;
    }
    if (event.kind === "failed" && codeOf(event.error) !== "STOPPED") errors.push(event.error);
    tell(event);
  };
  const worker = async (): Promise<void> => {
    for (const file of queue) {
      if (settings.signal.aborted) return;
      await uploadFile(file, settings, listen);
    }
  };
  await Promise.all(Array.from({ length: Math.min(together, files.length) }, worker));
  const ms = performance.now() - startedAt;
  return { files: files.length, done, failed: errors.length, bytes, ms, exitCode: exitCodeOfAll(errors) };
}
