import { hash } from "node:crypto";

/**
 * One block of an upload. All ids of a blob have to have one length: 27 bytes, 36 characters of base64.
 *
 * | bytes | what |
 * | --- | --- |
 * | 9 | hash of the upload's mark: blocks of two uploads to one name are told apart |
 * | 9 | writing that made it, so that a late writer of the same bytes is left out; zeros: a client's own |
 * | 6 | offset in the object |
 * | 3 | place among the writing's blocks, times two, and one more for the last of them |
 */
export interface BlockId {
  /** 12 characters of base64url. */
  readonly upload: string;
  /** 12 characters of base64url. */
  readonly writing: string;
  /** Bytes; below 2^48. */
  readonly offset: number;
  /** From 0. */
  readonly place: number;
  readonly isLast: boolean;
}

/** Of blocks that clients send by themselves: a grant made again names the same ones. */
export const clientWriting = Buffer.alloc(9).toString("base64url");

/** Twelve characters that stand for a long unguessable text. */
export function shortHash(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 12);
}

/** Base64, as the service wants it. */
export function printBlockId({ upload, writing, offset, place, isLast }: BlockId): string {
  const bytes = Buffer.alloc(27);
  bytes.write(upload, 0, 9, "base64url");
  bytes.write(writing, 9, 9, "base64url");
  bytes.writeUIntBE(offset, 18, 6);
  bytes.writeUIntBE(place * 2 + (isLast ? 1 : 0), 24, 3);
  return bytes.toString("base64");
}

/** `null` for an id that is none of ours. */
export function parseBlockId(id: string): BlockId | null {
  const bytes = Buffer.from(id, "base64");
  if (bytes.byteLength !== 27 || bytes.toString("base64") !== id) return null;
  const last = bytes.readUIntBE(24, 3);
  return {
    upload: bytes.toString("base64url", 0, 9),
    writing: bytes.toString("base64url", 9, 18),
    offset: bytes.readUIntBE(18, 6),
    place: Math.floor(last / 2),
    isLast: last % 2 === 1,
  };
}
