import { codeOf } from "../../exit-code.js";
import { failureText } from "../../failure-text.js";
import { plainText } from "../../terminal/fit-text.js";
import { formatSpeed } from "../../terminal/format-size.js";
import { formatTime, formatTimeLeft } from "../../terminal/format-time.js";
import type { LocalFile } from "../local-file.js";
import type { UploadView } from "../upload-event.js";
import { fileProgress } from "./file-progress.js";
import type { FileProgress } from "./file-progress.js";
import { doneText, summaryText } from "./texts.js";

/** Quarters of a file are told, and not more often than this: a small file has one line. */
const leastMs = 2_000;

interface Told {
  readonly progress: FileProgress;
  quarter: number;
  at: number;
  isWaiting: boolean;
}

/** Lines for a log: milestones of each file, failures and the summary on `error`. */
export function lineView(print: { line(text: string): void; error(text: string): void }): UploadView {
  const active = new Map<LocalFile, Told>();
  const milestone = (file: LocalFile, told: Told, sent: number): void => {
    const now = performance.now();
    const quarter = file.size === 0 ? 4 : Math.floor((sent / file.size) * 4);
    if (quarter <= told.quarter || quarter > 3 || now - told.at < leastMs) return;
    told.quarter = quarter;
    told.at = now;
    const { speed } = told.progress.facts(now, Date.now());
    const left = formatTimeLeft(file.size - sent, speed);
    const parts = [`${quarter * 25}%`, formatSpeed(speed), left === "" ? "" : `${left} left`];
    print.line(`${plainText(file.name)}: ${parts.filter((part) => part !== "").join(", ")}`);
  };
  return {
    show: (event) => {
      if (event.kind === "skipped") return print.line(`${plainText(event.name)}: skipped, not a file`);
      const { file } = event;
      if (event.kind === "started")
        return void active.set(file, { progress: fileProgress(), quarter: 0, at: performance.now(), isWaiting: false });
      const told = active.get(file);
      switch (event.kind) {
        case "progress":
          if (told === undefined) return;
          if (told.progress.progressed(event.sent, event.wire, performance.now()) > 0) told.isWaiting = false;
          return milestone(file, told, event.sent);
        case "waiting":
          // Chunks that go at the same time fail together; one line says it.
          if (told?.isWaiting !== false) return;
          told.isWaiting = true;
          return print.line(
            `${plainText(file.name)}: ${failureText(event.failure)}, again in ${formatTime(event.until - Date.now())}`,
          );
        case "done":
          active.delete(file);
          return print.line(doneText(event));
        case "failed":
          active.delete(file);
          if (codeOf(event.error) !== "STOPPED") print.error(`${plainText(file.name)}: ${failureText(event.error)}`);
      }
    },
    end: (summary) => {
      for (const line of summaryText(summary)) print.line(line);
    },
  };
}
