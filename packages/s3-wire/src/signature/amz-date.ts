import type { EpochMs } from "@stowage/core";

/** ISO 8601 basic format in UTC, whole seconds: `20260102T030405Z`. Its first eight digits are the day of the scope. */
export function amzDate(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}
