import { fromBytes } from "../../body.js";
import type { ObjectAccess } from "../../driver.js";
import { UploadError } from "../../errors.js";
import type { MemoryBackend } from "./memory-backend.js";

/** Stored objects, read back. A range beyond the end is cut there. */
export function objectAccess({ objects }: MemoryBackend): ObjectAccess {
  return {
    stat: async (key) => {
      const found = objects.get(key);
      return found === undefined ? null : { key, size: found.bytes.byteLength };
    },
    read: async (key, range) => {
      const found = objects.get(key);
      if (found === undefined) throw new UploadError("OBJECT_NOT_FOUND", "no object is at the key", { key });
      const { start, end } = range ?? { start: 0, end: found.bytes.byteLength };
      return {
        ...fromBytes(found.bytes.slice(start, end)),
        stored: { key, range: { start, end: Math.min(end, found.bytes.byteLength) } },
      };
    },
    remove: async (key) => void objects.delete(key),
  };
}
