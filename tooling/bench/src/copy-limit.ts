import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Measurement } from "./measure.js";

const step = 1024 * 1024;

/** The name of the row. */
export const copyLimit = "copy, no network";

/** The source copied into a file by reads and writes of 1 MiB: what the file system alone takes on this machine. */
export function measureCopy(source: string, folder: string, size: number): Measurement {
  const target = join(folder, "copy");
  const [from, to] = [openSync(source, "r"), openSync(target, "wx")];
  const block = Buffer.alloc(step);
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  for (let at = 0; at < size; at += step) writeSync(to, block, 0, readSync(from, block, 0, step, at), at);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  closeSync(from);
  closeSync(to);
  rmSync(target);
  return {
    subject: copyLimit,
    seconds,
    rate: size / step / seconds,
    cpuSeconds: (user + system) / 1e6,
    userSeconds: user / 1e6,
    peakResident: null,
    peakFiles: null,
    s3Calls: null,
    requestMsMedian: null,
    requestMs99: null,
    failures: 0,
    firstFailure: "",
  };
}
