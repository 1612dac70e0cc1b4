import { type Caller, type Engine, type StorageDriver, systemClock } from "@stowage/core";
import { createEngine, type EngineOptions } from "@stowage/core/engine";
import { nodeRuntime } from "@stowage/core/node";
import { partSize } from "./bucket.js";

/** Whose uploads they are. */
export const owner: Caller = { owner: "ada", groups: [] };

/** Past the time of every session and of its tombstone. */
export const week = 8 * 24 * 3600 * 1000;

/** Claims of the dead run out soon; nothing sweeps but who is told to. */
const timing = { patienceMs: 40, leaseMs: 40, sweepEveryMs: 0, rescueMs: 50 };

/** The engine over a driver, with the policies `through` and `direct`; `aheadMs`: how far its clock is ahead. */
export function gatewayOver(store: EngineOptions["store"], driver: StorageDriver, aheadMs = 0): Engine {
  const chunks = { size: partSize, parallel: 4 };
  return createEngine({
    store,
    policies: [
      { id: "through", driver, chunks },
      { id: "direct", driver, chunks, transfer: "direct" },
    ],
    runtime: nodeRuntime({ clock: { ...systemClock, now: () => systemClock.now() + aheadMs } }),
    timing,
  });
}

/** All bytes of the file at a path; `null`: there is none. */
export async function readFile(engine: Engine, path: string): Promise<Buffer | null> {
  const files = engine.as(owner);
  const entry = await files.find({ path });
  if (entry === null) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of (await files.read({ entryId: entry.id }, null)).stream()) pieces.push(piece);
  return Buffer.concat(pieces);
}
