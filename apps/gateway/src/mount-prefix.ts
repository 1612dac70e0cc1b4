/** A mount's key as the front door has it: without a slash at the end, `""` for the root. */
export function prefixOf(given: string): string {
  return given.replace(/\/$/, "");
}
