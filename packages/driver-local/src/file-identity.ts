import type { FileFacts } from "./file-calls.js";

/**
 * What tells a file from one that takes its place: its inode number, and when it was made where that is known, as
 * ext4 and others give a number out again at once.
 */
export function identityOf({ inode, bornAt }: FileFacts, knowsBirths: boolean): string {
  return knowsBirths ? `${inode}.${bornAt}` : inode;
}

/** Whether the file of an identity was made before a time (as in `FileFacts.bornAt`); `false` where nobody knows. */
export function isOlder(identity: string, time: string): boolean {
  const [, bornAt] = identity.split(".");
  return bornAt !== undefined && BigInt(bornAt) < BigInt(time);
}

/** Whether two identities are of one file, as far as both say. */
export function isSameFile(one: string, other: string): boolean {
  const [inode, bornAt] = one.split(".");
  const [otherInode, otherBornAt] = other.split(".");
  if (inode !== otherInode) return false;
  return bornAt === undefined || otherBornAt === undefined || bornAt === otherBornAt;
}
