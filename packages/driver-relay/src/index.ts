export type { RelayOptions } from "./options.js";
export { relay } from "./relay.js";
export { directorySpool } from "./spool/directory/directory-spool.js";
export type { DirectorySpoolOptions } from "./spool/directory/directory-spool.js";
export { memorySpool } from "./spool/memory-spool.js";
export type { MemorySpool } from "./spool/memory-spool.js";
export type { Draft, KeptPiece, Piece, Shelf, Spool } from "./spool/spool.js";
