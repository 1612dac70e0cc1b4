const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** Bytes in at most eight cells: `0 B`, `1023 B`, `1.5 KiB`, `640 MiB`. Three digits of it are right. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // Rounding must not make 1024 of one unit.
  while (unit < units.length - 1 && Math.round(value) >= (unit === 0 ? 1024 : 1000)) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** Bytes for each second. `null`: not known yet. */
export function formatSpeed(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? "" : `${formatSize(bytesPerSecond)}/s`;
}
