import { codeOf } from "../../exit-code.js";
import { failureText } from "../../failure-text.js";
import type { LocalFile } from "../local-file.js";
import type { UploadEvent, UploadView } from "../upload-event.js";

/** Progress of a file is told so often at most. */
const progressMs = 1_000;

/** An object for each event, and the result at the end. Sizes in bytes, times in milliseconds. */
export function jsonView(print: (value: object) => void): UploadView {
  const toldAt = new Map<LocalFile, number>();
  return {
    show: (event) => {
      if (event.kind === "progress") {
        const now = performance.now();
        const last = toldAt.get(event.file) ?? -Infinity;
        if (now - last < progressMs) return;
        toldAt.set(event.file, now);
      }
      print(describe(event));
    },
    end: (summary) => print({ event: "result", ...summary, ms: Math.round(summary.ms) }),
  };
}

function describe(event: UploadEvent): object {
  if (event.kind === "skipped") return { event: "skipped", file: event.name };
  const { source, target, size } = event.file;
  const file = { file: source, path: target };
  switch (event.kind) {
    case "started":
      return { event: "started", ...file, size };
    case "progress":
      return { event: "progress", ...file, size, sent: event.sent };
    case "waiting":
      return { event: "waiting", ...file, code: event.failure.code, until: Math.round(event.until) };
    case "done": {
      const { uploaded, ms } = event;
      const { sessionId, checksum, isVerified } = uploaded ?? {};
      const facts = { wasThere: uploaded === null, sessionId, checksum, isVerified, ms: Math.round(ms) };
      return { event: "done", ...file, size: uploaded?.size ?? size, ...facts };
    }
    case "failed":
      return { event: "failed", ...file, code: codeOf(event.error), message: failureText(event.error) };
  }
}
