/** A duration in its two largest units and at most seven cells: `0s`, `59s`, `2m 05s`, `3h 20m`, `12d 4h`. */
export function formatTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 100) return `${hours}h ${two(minutes % 60)}m`;
  const days = Math.floor(hours / 24);
  if (days < 100) return `${days}d ${hours % 24}h`;
  return days < 10_000 ? `${days}d` : "ages";
}

/** Time until `left` bytes are through; empty where nobody can say: nothing moves, or nothing has been measured. */
export function formatTimeLeft(left: number, bytesPerSecond: number | null): string {
  if (bytesPerSecond === null || bytesPerSecond <= 0) return "";
  return formatTime((left / bytesPerSecond) * 1000);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
