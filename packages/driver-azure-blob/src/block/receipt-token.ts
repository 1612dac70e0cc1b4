import { UploadError } from "@stowage/core";
import { driverName } from "../errors.js";

/** What a receipt says to this driver: the blocks of one writing, in order. */
export interface Writing {
  /** 12 characters of base64url; `clientWriting` for a block that a client sent by itself. */
  readonly writing: string;
  /** Bytes of each block; none for a chunk without bytes. */
  readonly sizes: readonly number[];
}

/** `Vd3…:8388608*37,512`. */
export function printToken({ writing, sizes }: Writing): string {
  const runs: { size: number; count: number }[] = [];
  for (const size of sizes) {
    const last = runs.at(-1);
    if (last?.size === size) last.count += 1;
    else runs.push({ size, count: 1 });
  }
  return `${writing}:${runs.map(({ size, count }) => (count === 1 ? `${size}` : `${size}*${count}`)).join(",")}`;
}

/** More blocks than any object has are refused before they take memory. */
const mostCount = 50_000;

/** @throws {UploadError} `BACKEND_LOST_UPLOAD` for a token that is none of ours */
export function parseToken(token: string): Writing {
  const [, writing, runs] = /^([A-Za-z0-9_-]{12}):((?:\d{1,10}(?:\*\d{1,5})?(?:,(?!$)|$))*)$/.exec(token) ?? [];
  if (writing === undefined || runs === undefined) throw foreign();
  const sizes: number[] = [];
  for (const run of runs === "" ? [] : runs.split(",")) {
    const [size = NaN, count = 1] = run.split("*").map(Number);
    if (sizes.length + count > mostCount) throw foreign();
    for (let at = 0; at < count; at++) sizes.push(size);
  }
  return { writing, sizes };
}

function foreign(): UploadError<"BACKEND_LOST_UPLOAD"> {
  return new UploadError("BACKEND_LOST_UPLOAD", "a receipt is none of this driver", { driver: driverName });
}
