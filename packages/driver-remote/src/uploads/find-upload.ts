import { slavePaths, slaveStatus } from "@stowage/cloudreve-wire";
import type { SlaveStatus } from "@stowage/cloudreve-wire";
import type { CallOptions, StoredObject } from "@stowage/core";
import { isDone, isUnknown, refusalOf } from "../errors.js";
import type { UploadContext } from "../upload-context.js";

/** What the node has of an upload; `null` where it knows none of this id: not begun, or forgotten. */
export async function findUpload(
  { node, target }: Pick<UploadContext, "node" | "target">,
  options: CallOptions,
): Promise<SlaveStatus | null> {
  const reply = await node.ask({ method: "GET", path: slavePaths.session(target.sessionId) }, options);
  if (isUnknown(reply)) return null;
  const parsed = slaveStatus.safeParse(reply.envelope?.data);
  if (!isDone(reply) || !parsed.success) throw refusalOf(reply, { operation: "asking for an upload" });
  return parsed.data;
}

/** The object that the node tells of. */
export function objectOf(key: string, { size, crc32 }: NonNullable<SlaveStatus["object"]>): StoredObject {
  return { key, size, ...(crc32 === null ? {} : { checksum: { algorithm: "crc32", value: crc32 } }) };
}
