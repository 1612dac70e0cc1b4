/** Bits of Cloudreve's capability set that we have something behind. */
const bits = {
  create: 0,
  rename: 1,
  upload: 6,
  download: 7,
  list: 9,
  delete: 14,
  lock: 15,
  info: 19,
  enter: 23,
} as const;

/** Base64 of the bits, the lowest in the first byte. */
export function printCapability(names: readonly (keyof typeof bits)[]): string {
  const bytes = new Uint8Array(3);
  for (const name of names) {
    const bit = bits[name];
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return btoa(String.fromCharCode(...bytes));
}

/** What one may do with a file. */
export const fileCapability = printCapability(["rename", "upload", "download", "delete", "lock", "info"]);
/** What one may do with a folder; the web client shows its upload button only for `upload`. */
export const folderCapability = printCapability([
  "create",
  "rename",
  "upload",
  "download",
  "list",
  "delete",
  "lock",
  "info",
  "enter",
]);
/** The root cannot be renamed or deleted. */
export const rootCapability = printCapability(["create", "upload", "download", "list", "lock", "info", "enter"]);
