import { plainText } from "../../terminal/fit-text.js";
import { formatSize, formatSpeed } from "../../terminal/format-size.js";
import { formatTime } from "../../terminal/format-time.js";
import type { UploadEvent, UploadSummary } from "../upload-event.js";

/** One finished file: `holiday.mp4: 1.20 GiB in 12s (102 MiB/s) to /holiday.mp4, CRC-32 compared`. */
export function doneText({ file, uploaded, wire, ms }: UploadEvent & { readonly kind: "done" }): string {
  const name = plainText(file.name);
  const target = plainText(file.target);
  if (uploaded === null) return `${name}: is at ${target} already`;
  const { size, isVerified } = uploaded;
  const now = wire < size ? `, ${formatSize(wire)} of it` : "";
  const verified = isVerified ? ", CRC-32 compared" : "";
  return `${name}: ${formatSize(size)}${now} in ${formatTime(ms)}${speedText(wire, ms)} to ${target}${verified}`;
}

/** Nothing for one file that came through: its own line says it all. */
export function summaryText({ files, done, failed, bytes, ms }: UploadSummary): readonly string[] {
  const stopped = files - done - failed;
  if (files === 1 && stopped === 0) return [];
  const parts = [`${done} of ${files} files, ${formatSize(bytes)} in ${formatTime(ms)}`];
  if (failed > 0) parts.push(`${failed} failed`);
  return [parts.join(", ")];
}

/** How to go on after an interruption. */
export const resumeText = "stopped: what was sent is kept; run the same command again to go on";

/** Of what took no time nobody knows a speed. Bytes of this run alone. */
function speedText(bytes: number, ms: number): string {
  return ms < 100 || bytes === 0 ? "" : ` (${formatSpeed((bytes / ms) * 1000)})`;
}
