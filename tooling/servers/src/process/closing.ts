import { rm } from "node:fs/promises";
import type { Daemon } from "./daemon.js";

/** Ends daemons, the last first, and then removes their folder. What it returns does so once, however often it is called. */
export function closing(daemons: readonly Daemon[], folder: string): () => Promise<void> {
  let closed: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    // One after the other: a gateway whose store is gone, and a store whose monitor is, wait for it.
    for (const daemon of [...daemons].reverse()) await daemon.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return () => (closed ??= close());
}
