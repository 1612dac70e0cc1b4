import { readFile, writeFile } from "node:fs/promises";

/** Resident memory now, in bytes. Linux only. */
export function residentBytes(pid: number): Promise<number> {
  return statusField(pid, "VmRSS");
}

/** Most resident memory since the process began, or since `forgetPeak`, in bytes. Linux only. */
export function peakResidentBytes(pid: number): Promise<number> {
  return statusField(pid, "VmHWM");
}

/** Sets the peak back to what is resident now (proc(5): 5 in `clear_refs`). Linux only. */
export function forgetPeak(pid: number): Promise<void> {
  return writeFile(`/proc/${pid}/clear_refs`, "5");
}

async function statusField(pid: number, name: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const [, kibibytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status) ?? [];
  if (kibibytes === undefined) throw new Error(`process ${pid} tells no ${name}`);
  return Number(kibibytes) * 1024;
}
