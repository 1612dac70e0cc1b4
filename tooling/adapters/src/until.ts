import { setTimeout as sleep } from "node:timers/promises";

/** Looks every 20 ms. Throws after 10 s. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(20)) if (await holds()) return;
  throw new Error(`10 s went by, and not: ${what}`);
}
