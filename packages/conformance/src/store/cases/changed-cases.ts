import type { UploadSession } from "@stowage/core";
import { breathe } from "../../kit/within.js";
import { type StoreCase, withNewInstance } from "../store-case.js";
import { noQuota, type StoreLab } from "../store-lab.js";
import type { Store } from "../store-fixture.js";

/** `changed`: who waits is woken. */
export const changedCases: readonly StoreCase[] = [
  {
    id: "changed/wakes",
    says: "whoever waits is woken by the next change of the session, its claims or receipts",
    run: async (lab) => wakesAll(lab, lab.store),
  },
  {
    id: "changed/wakes-across-processes",
    says: "a change by another process wakes, too",
    notFor: withNewInstance,
    run: async (lab) => wakesAll(lab, await lab.anyStore(1)),
  },
  {
    id: "changed/several-wait",
    says: "all who wait are woken",
    run: async (lab) => {
      const { id } = await lab.insert();
      const waiting = Array.from({ length: 5 }, () => lab.store.changed(id, lab.options));
      await breathe();
      await lab.receive(id, 0, 10);
      await lab.soon(Promise.all(waiting), "all are woken");
    },
  },
  {
    id: "changed/ends-with-the-signal",
    says: "waiting ends with the signal, without an error, also for a session that is not there",
    run: async (lab) => {
      const { id } = await lab.insert();
      for (const which of [id, crypto.randomUUID()]) {
        const stop = new AbortController();
        const waiting = lab.store.changed(which, { signal: stop.signal });
        await breathe();
        stop.abort(new Error("enough"));
        await lab.soon(waiting, "waiting ends with the signal");
        await lab.soon(lab.store.changed(which, { signal: stop.signal }), "waiting ends where the signal is aborted");
      }
    },
  },
];

async function wakesAll(lab: StoreLab, waiter: Store): Promise<void> {
  const session = await lab.insert();
  const { id } = session;
  let claimId = "";
  const changes: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["a claim", async () => (claimId = await lab.granted(id, 0, 50))],
    ["a claim that is wanted", () => lab.claim(id, 0, 10)],
    ["a receipt", () => lab.settle(id, claimId, 0, 50)],
    ["a claim let go", async () => lab.letGo(id, await lab.granted(id, 50, 60))],
    ["the receipt that fills it", () => lab.receive(id, 50, 100)],
    ["its publication", async () => lab.publish(await lab.current(id))],
    ["its deletion", () => lab.store.delete(id, lab.options)],
  ];
  for (const [what, change] of changes) await wakes(lab, waiter, id, what, change);
  const other = await lab.insert();
  const next = { ...other, revision: 1, state: "completing" } as UploadSession;
  await wakes(lab, waiter, other.id, "a state change", () => lab.store.replace(next, noQuota, lab.options));
}

async function wakes(
  lab: StoreLab,
  waiter: Store,
  id: string,
  what: string,
  change: () => Promise<unknown>,
): Promise<void> {
  const stop = new AbortController();
  try {
    const waiting = waiter.changed(id, { signal: stop.signal });
    // The guarded read, as everybody does who waits.
    await waiter.get(id, lab.options);
    await change();
    await lab.soon(waiting, `woken by ${what}`);
  } finally {
    stop.abort();
  }
}
