import { readFileSync, readlinkSync } from "node:fs";

/**
 * Tells one process of this machine from every other, before and after: the machine's boot, the namespace of its
 * process ids, the id, and when it started (proc(5): `/proc/PID/stat` field 22). Only the id where the system has no
 * such files.
 */
export function processMarker(pid: number = process.pid): string {
  try {
    return [bootId(), pidNamespace(), String(pid), startTime(pid) ?? ""].join(" ");
  } catch {
    return `- - ${pid} -`;
  }
}

/**
 * Whether the process of a marker has certainly ended, so that it can write no late byte. `false` also where that
 * cannot be told: another namespace of process ids, or a system without `/proc`.
 */
export function hasEnded(marker: string): boolean {
  const [boot, namespace, pid, started] = marker.split(" ");
  if (boot === "-" || started === undefined || started === "") return false;
  try {
    if (boot !== bootId()) return true;
    if (namespace !== pidNamespace()) return false;
    return startTime(Number(pid)) !== started;
  } catch {
    return false;
  }
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

function pidNamespace(): string {
  return readlinkSync("/proc/self/ns/pid");
}

/** In clock ticks since the boot; `null`: there is no such process. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program may hold spaces and brackets; the fields behind its last bracket do not.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && isGone(error.code)) return null;
    throw error;
  }
}

function isGone(code: unknown): boolean {
  return code === "ENOENT" || code === "ESRCH";
}
