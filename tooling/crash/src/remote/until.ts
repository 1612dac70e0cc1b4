import { setTimeout as sleep } from "node:timers/promises";

/** Looks until it is so; rejects after `patienceMs`, default 20 s. */
export async function until(what: string, isSo: () => Promise<boolean> | boolean, patienceMs = 20_000): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within ${patienceMs} ms: ${what}`);
    await sleep(20);
  }
}
