import { expectSame } from "../../kit/expect.js";
import { type StoreCase, withNewInstance } from "../store-case.js";
import type { Store } from "../store-fixture.js";
import type { StoreLab } from "../store-lab.js";

/** What was acknowledged is there for the next process. */
export const durabilityCases: readonly StoreCase[] = [
  {
    id: "durability/all-that-was-acknowledged",
    says: "another process finds sessions, receipts, entries, garbage and usage as they were acknowledged",
    notFor: withNewInstance,
    run: async (lab) => {
      const open = await lab.insert({ entry: "/open" });
      await lab.receive(open.id, 0, 20);
      const completing = await lab.completing();
      const replaced = await lab.file("/a/b", { size: 3, key: "first" });
      await lab.file("/a/b", { size: 4, entry: { onConflict: "replace" } });
      const aborted = await lab.insert();
      await lab.abort(aborted);
      const ids = [open.id, completing.id, replaced.version, aborted.id];
      const expected = await lookAll(lab, lab.store, ids);
      expectSame(await lookAll(lab, await lab.anyStore(1), ids), expected, "what another process sees");
    },
  },
  {
    id: "durability/goes-on-elsewhere",
    says: "an upload that one process began another completes",
    notFor: withNewInstance,
    run: async (lab) => {
      const session = await lab.insert({ entry: "/a" });
      await lab.receive(session.id, 0, 60);
      const other = await lab.anyStore(1);
      const snapshot = await other.get(session.id, lab.options);
      expectSame([snapshot?.session, snapshot?.received], [session, 60], "session elsewhere");
      const claim = { id: "elsewhere", purpose: "write", wanted: false, until: session.dueAt } as const;
      await other.claim(session.id, { ...claim, range: { start: 60, end: 100 } }, [], lab.options);
      const next = { keepClaim: false, expiresAt: session.expiresAt, completionDueAt: session.dueAt };
      const settled = await other.settle(
        session.id,
        "elsewhere",
        { offset: 60, size: 40, token: "t" },
        next,
        lab.options,
      );
      expectSame(settled, { received: 100, filled: true }, "settled elsewhere");
      await lab.publish(await lab.current(session.id));
      expectSame((await other.find(lab.owner, "/a", lab.options))?.version, session.id, "entry elsewhere");
    },
  },
];

async function lookAll(lab: StoreLab, store: Store, ids: readonly string[]): Promise<unknown> {
  const { options, owner } = lab;
  return {
    sessions: await Promise.all(ids.map((id) => store.get(id, options))),
    receipts: await Promise.all(ids.map((id) => store.receipts(id, options))),
    listed: await store.listSessions({ owner, limit: 99 }, options),
    root: await store.list(owner, "/", null, 9, options),
    folder: await store.list(owner, "/a", null, 9, options),
    garbage: await store.garbage(9, options),
    usage: await store.usage(owner, options),
  };
}
