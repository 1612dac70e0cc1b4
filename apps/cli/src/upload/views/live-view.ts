import { failureText } from "../../failure-text.js";
import { codeOf } from "../../exit-code.js";
import { plainText } from "../../terminal/fit-text.js";
import type { LiveArea } from "../../terminal/live-area.js";
import { speedMeter } from "../../terminal/speed-meter.js";
import type { Style } from "../../terminal/style.js";
import type { LocalFile } from "../local-file.js";
import type { UploadView } from "../upload-event.js";
import { fileProgress } from "./file-progress.js";
import type { FileProgress } from "./file-progress.js";
import { doneText, summaryText } from "./texts.js";
import { totalLine } from "./total-line.js";
import { uploadBar } from "./upload-bar.js";
import type { BarFacts } from "./upload-bar.js";

const frameMs = 100;

/** Bars for a terminal: one for each file on its way, and one line for all where there are several. */
export function liveView(area: LiveArea, style: Style, files: readonly LocalFile[]): UploadView {
  const active = new Map<LocalFile, FileProgress>();
  const total = { meter: speedMeter(), wire: 0, settled: 0, settledBytes: 0 };
  const size = files.reduce((sum, file) => sum + file.size, 0);

  const draw = (): void => {
    const now = performance.now();
    total.meter.add(total.wire, now);
    // The last column stays free: a character there makes some terminals begin a new line.
    const lines = [...active].map(([file, progress]) =>
      uploadBar(barFacts(file, progress.facts(now, Date.now())), area.columns - 1, style),
    );
    const sent = [...active.values()].reduce((sum, { sent: part }) => sum + part, total.settledBytes);
    const facts = { settled: total.settled, files: files.length, sent, size, speed: total.meter.speed(now) };
    area.draw(files.length > 1 ? [style.strong(totalLine(facts, area.columns - 1)), ...lines] : lines);
  };
  const settle = (file: LocalFile, line: string): void => {
    area.print(line);
    // What could not even be looked at was never begun.
    if (!active.delete(file)) return;
    total.settled += 1;
    total.settledBytes += file.size;
    draw();
  };
  const timer = setInterval(draw, frameMs);
  return {
    show: (event) => {
      switch (event.kind) {
        case "started":
          active.set(event.file, fileProgress());
          return;
        case "progress":
          total.wire += active.get(event.file)?.progressed(event.sent, event.wire, performance.now()) ?? 0;
          return;
        case "waiting":
          return active.get(event.file)?.waiting(event.failure, event.until);
        case "done":
          return settle(event.file, `${style.good(style.marks.done)} ${doneText(event)}`);
        case "failed":
          if (codeOf(event.error) === "STOPPED") return void active.delete(event.file);
          return settle(
            event.file,
            `${style.bad(style.marks.failed)} ${plainText(event.file.name)}: ${failureText(event.error)}`,
          );
        case "skipped":
          return area.print(style.faint(`- ${plainText(event.name)}: skipped, not a file`));
      }
    },
    end: (summary) => {
      clearInterval(timer);
      area.close();
      for (const line of summaryText(summary)) area.print(line);
      area.close();
    },
  };
}

/** All bytes are out, and the server has not said that the file is there. */
function barFacts({ name, size }: LocalFile, facts: ReturnType<FileProgress["facts"]>): BarFacts {
  const isFinishing = facts.sent >= size && facts.note === null;
  return { name, size, ...facts, note: isFinishing ? "finishing" : facts.note };
}
