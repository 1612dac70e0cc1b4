/** A chunk's index as clients write it, counted from 0; `null` for what is no index at all. */
export function chunkIndexOf(text: string): number | null {
  return /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : null;
}

/** What clients hear of the latter. */
export const noChunkIndex = { code: 40012, msg: "invalid chunk index: a whole number, counted from 0" } as const;
