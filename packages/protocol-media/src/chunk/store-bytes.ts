import { fromBytes } from "@stowage/core";
import type { Written } from "@stowage/core";
import type { Call } from "../call.js";
import type { Chunk } from "./chunk.js";

/**
 * Writes a chunk, all of it or nothing: with a checksum it counts only as a whole. A part of it would leave an offset between
 * chunks, where the client cannot go on.
 */
export async function storeBytes(
  { engine, options, runtime }: Call,
  id: string,
  { range, bytes }: Pick<Chunk, "range" | "bytes">,
): Promise<Written> {
  const digest = runtime.digest("crc32");
  digest.update(bytes);
  const checksum = { algorithm: "crc32", value: digest.value() } as const;
  return engine.write(id, { offset: range.start }, fromBytes(bytes), { ...options, checksum });
}
