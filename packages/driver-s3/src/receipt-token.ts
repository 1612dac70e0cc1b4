import { UploadError } from "@stowage/core";
import { driverName } from "./errors.js";

/** What a receipt says to this driver. */
export interface PartToken {
  /** Part number, from 1; 0 for a chunk without bytes, which is no part. */
  readonly number: number;
  /** Bare entity tag. */
  readonly etag: string;
  /** 0: a part of the upload; else an object kept aside by writers of that generation. */
  readonly generation: number;
}

/** Of a chunk without bytes. */
export const emptyToken: PartToken = { number: 0, etag: "", generation: 0 };

/** `3:etag`, or `3@1:etag` for a chunk kept aside. */
export function printToken({ number, etag, generation }: PartToken): string {
  return `${number}${generation === 0 ? "" : `@${generation}`}:${etag}`;
}

/** @throws {UploadError} `BACKEND_LOST_UPLOAD` for a token that is none of ours */
export function parseToken(token: string): PartToken {
  const [, number, generation = "0", etag] = /^(\d{1,5})(?:@(\d{1,9}))?:(.*)$/s.exec(token) ?? [];
  if (number !== undefined && etag !== undefined)
    return { number: Number(number), etag, generation: Number(generation) };
  throw new UploadError("BACKEND_LOST_UPLOAD", "a receipt is none of this driver", { driver: driverName });
}
