import { crcField } from "@stowage/cloudreve-wire";
import type { CallOptions, StoredObject } from "@stowage/core";
import type { NodeApi } from "../node-api.js";
import { contentPath } from "./content-path.js";
import { contentRefusal, isMissing } from "./content-refusal.js";

/** Size and checksum of a stored object; `null` where there is none. */
export async function findFile(node: NodeApi, key: string, options: CallOptions): Promise<StoredObject | null> {
  if (options.signal.aborted) throw options.signal.reason;
  const { status, headers } = await node.content({ method: "HEAD", path: contentPath(key) }, options);
  const size = Number(headers["content-length"]);
  if (status === 200 && Number.isSafeInteger(size)) {
    const crc32 = headers[crcField];
    return { key, size, ...(crc32 === undefined ? {} : { checksum: { algorithm: "crc32", value: crc32 } }) };
  }
  if (isMissing(status, headers)) return null;
  throw contentRefusal(status, headers, "looking at a file");
}
