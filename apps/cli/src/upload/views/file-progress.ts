import type { UploadFailure } from "@stowage/client";
import { failureText } from "../../failure-text.js";
import { formatTime } from "../../terminal/format-time.js";
import { speedMeter } from "../../terminal/speed-meter.js";
import type { BarFacts } from "./upload-bar.js";

/** How one file is getting on. `now` is of a clock that goes forward, `date` is milliseconds since 1970. */
export interface FileProgress {
  readonly sent: number;
  /** Returns how many more bytes went out. */
  progressed(sent: number, wire: number, now: number): number;
  waiting(failure: UploadFailure, until: number): void;
  facts(now: number, date: number): Pick<BarFacts, "sent" | "speed" | "note">;
}

/** Of a file that has just begun. */
export function fileProgress(): FileProgress {
  const meter = speedMeter();
  let sent = 0;
  let wire = 0;
  let wait: { readonly failure: UploadFailure; readonly until: number } | null = null;
  return {
    get sent() {
      return sent;
    },
    progressed: (nextSent, nextWire, now) => {
      const more = nextWire - wire;
      // Something went out: the line is back. Bytes of an earlier run are told without any going out.
      if (more > 0) {
        wait = null;
        meter.add(nextWire, now);
      }
      sent = nextSent;
      wire = nextWire;
      return more;
    },
    waiting: (failure, until) => {
      wait = { failure, until };
    },
    facts: (now, date) => ({ sent, speed: meter.speed(now), note: wait === null ? null : waitText(wait, date) }),
  };
}

function waitText(
  { failure, until }: { readonly failure: UploadFailure; readonly until: number },
  date: number,
): string {
  const ms = until - date;
  return `${ms > 500 ? `again in ${formatTime(ms)}` : "trying again"}: ${failureText(failure)}`;
}
