import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import * as zlib from "node:zlib";
import type { UploadSource } from "../source.js";
import { sendNode } from "./send-node.js";

/**
 * A file of this machine, read in slices as they go out. Rejects with Node's error (`code`: `ENOENT`, `EACCES`).
 *
 * @example
 * const task = upload(await fileSource("holiday.mp4"), { to: "https://files.example/uploads", token });
 */
export async function fileSource(path: string): Promise<UploadSource> {
  const { mtimeMs } = await stat(path);
  // Reading such a blob fails once size or time of the file differ from those of this moment.
  const data = await openAsBlob(path);
  // Node 20.15 and 22.2 have it.
  const native = (zlib as { readonly crc32?: (bytes: Uint8Array, crc: number) => number }).crc32;
  return {
    data,
    name: basename(path),
    modifiedAt: Math.round(mtimeMs),
    send: sendNode,
    ...(native === undefined ? {} : { crc32: native }),
  };
}
