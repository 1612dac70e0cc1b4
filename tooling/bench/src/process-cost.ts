import { readFileSync, writeFileSync } from "node:fs";

/** What a process and all its children have used. */
export interface ProcessCost {
  readonly userSeconds: number;
  readonly systemSeconds: number;
  /** Bytes in memory now, and the most there were since `forgetPeaks`. */
  readonly resident: number;
  readonly peakResident: number;
}

/** `USER_HZ`, which Linux fixes for what it tells programs (proc(5)). */
const ticksPerSecond = 100;

/** Read from /proc; `null` where there is none (not on Linux). */
export function processCost(pid: number): ProcessCost | null {
  if (process.platform !== "linux") return null;
  const costs = treeOf(pid).map(ownCost);
  const sum = (pick: (cost: ProcessCost) => number): number => costs.reduce((total, cost) => total + pick(cost), 0);
  return {
    userSeconds: sum((cost) => cost.userSeconds),
    systemSeconds: sum((cost) => cost.systemSeconds),
    resident: sum((cost) => cost.resident),
    peakResident: sum((cost) => cost.peakResident),
  };
}

/** From here on the peak is counted anew. */
export function forgetPeaks(pid: number): void {
  if (process.platform !== "linux") return;
  for (const each of treeOf(pid)) writeFileSync(`/proc/${each}/clear_refs`, "5");
}

function treeOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(treeOf)];
}

function ownCost(pid: number): ProcessCost {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name, in brackets, may hold anything; utime and stime are fields 14 and 15, the state after the name is 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (name: string): number =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? Number.NaN);
  return {
    userSeconds: Number(fields[11]) / ticksPerSecond,
    systemSeconds: Number(fields[12]) / ticksPerSecond,
    resident: bytes("VmRSS"),
    peakResident: bytes("VmHWM"),
  };
}
