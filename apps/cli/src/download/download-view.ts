import type { UploadFailure } from "@stowage/client";
import type { Output } from "../output.js";
import type { ServerFile } from "../server/server.js";
import { liveArea } from "../terminal/live-area.js";
import { fileProgress } from "../upload/views/file-progress.js";
import { uploadBar } from "../upload/views/upload-bar.js";

const frameMs = 100;

/** Shows one download. */
export interface DownloadView {
  /** Bytes that are here, and how many of them came just now. */
  progressed(at: number, more: number): void;
  waiting(failure: UploadFailure, until: number): void;
  /** Idempotent. */
  end(): void;
}

/** A bar where standard output is a terminal; nothing elsewhere. */
export function downloadView({ isJson, style }: Output, { path, size }: ServerFile): DownloadView {
  if (isJson || !process.stdout.isTTY || process.env["TERM"] === "dumb")
    return { progressed: () => {}, waiting: () => {}, end: () => {} };
  const area = liveArea(process.stdout);
  process.once("exit", () => area.close());
  const progress = fileProgress();
  let wire = 0;
  const draw = (): void => {
    const facts = progress.facts(performance.now(), Date.now());
    area.draw([uploadBar({ name: path, size, ...facts }, area.columns - 1, style)]);
  };
  const timer = setInterval(draw, frameMs);
  return {
    progressed: (at, more) => {
      wire += more;
      progress.progressed(at, wire, performance.now());
    },
    waiting: (failure, until) => progress.waiting(failure, until),
    end: () => {
      clearInterval(timer);
      area.close();
    },
  };
}
