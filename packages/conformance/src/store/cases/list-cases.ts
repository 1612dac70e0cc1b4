import type { UploadSession } from "@stowage/core";
import { expectSame } from "../../kit/expect.js";
import { start } from "../samples.js";
import type { StoreCase } from "../store-case.js";
import { noQuota, type StoreLab } from "../store-lab.js";

/** `listDue`, `listSessions`, `delete`, `garbage`. */
export const listCases: readonly StoreCase[] = [
  {
    id: "due/order-and-limit",
    says: "what is due comes earliest first, up to the limit, and nothing that is due later",
    run: async (lab) => {
      const dueAts = [500, 100, 400, 200, 300].map((ms) => start + ms);
      for (const dueAt of dueAts) await lab.insert({ dueAt });
      expectSame(await dueOf(lab, start + 300, 10), [100, 200, 300], "due, the very instant included");
      expectSame(await dueOf(lab, start + 999, 2), [100, 200], "due, up to two");
      expectSame(await dueOf(lab, start + 99, 10), [], "due before the first");
    },
  },
  {
    id: "due/any-state",
    says: "sessions of any state come due, tombstones too, and with a dueAt that was moved",
    run: async (lab) => {
      const opening = await lab.insert({ state: "opening" });
      const aborted = await lab.insert();
      await lab.abort(aborted);
      const completed = await lab.completing();
      await lab.publish(completed);
      const moved = await lab.insert();
      await lab.store.replace({ ...moved, revision: 1, dueAt: start + 2 ** 33 }, noQuota, lab.options);
      const due = await lab.store.listDue(start + 2 ** 32, 10, lab.options);
      expectSame(due.map(({ session }) => session.id).sort(), [opening.id, aborted.id, completed.id].sort(), "due");
      const [first] = await lab.store.listDue(start + 2 ** 32, 10, lab.options);
      expectSame(first, await lab.store.get(first?.session.id ?? "", lab.options), "a snapshot as get has it");
    },
  },
  {
    id: "sessions/filters",
    says: "sessions are listed by owner and state, all of everybody without a filter",
    run: async (lab) => {
      const [open, opening] = [await lab.insert(), await lab.insert({ state: "opening" })];
      const stranger = { ...lab.session(), owner: "stranger" };
      await lab.store.insert(stranger, noQuota, lab.options);
      const list = async (filter: { owner?: string; state?: UploadSession["state"] }): Promise<readonly string[]> =>
        (await lab.store.listSessions({ ...filter, limit: 99 }, lab.options)).map(({ session }) => session.id);
      expectSame(await list({}), [open.id, opening.id, stranger.id].sort(), "everybody's");
      expectSame(await list({ owner: lab.owner }), [open.id, opening.id].sort(), "the owner's");
      expectSame(await list({ owner: lab.owner, state: "open" }), [open.id], "the owner's open ones");
      expectSame(await list({ state: "opening" }), [opening.id], "opening ones");
      expectSame(await list({ owner: "nobody" }), [], "nobody's");
    },
  },
  {
    id: "sessions/paging",
    says: "pages follow one another in the order of ids, with none left out or told twice",
    run: async (lab) => {
      const ids = [];
      for (let made = 0; made < 7; made++) ids.push((await lab.insert()).id);
      const paged: string[] = [];
      for (let turn = 0; turn < 4; turn++) {
        const after = paged.at(-1);
        const filter = { owner: lab.owner, limit: 3, ...(after === undefined ? {} : { after }) };
        const page = await lab.store.listSessions(filter, lab.options);
        expectSame(page.length, Math.min(3, Math.max(0, 7 - turn * 3)), `length of page ${turn}`);
        paged.push(...page.map(({ session }) => session.id));
      }
      expectSame(paged, ids.sort(), "all pages");
    },
  },
  {
    id: "delete/gives-back",
    says: "delete takes the session with receipts, claims, path and reserved bytes, and is idempotent",
    run: async (lab) => {
      const session = await lab.insert({ entry: "/a" });
      await lab.receive(session.id, 0, 10);
      await lab.granted(session.id, 10, 20);
      for (let times = 0; times < 2; times++) await lab.store.delete(session.id, lab.options);
      expectSame(await lab.store.get(session.id, lab.options), null, "session");
      expectSame(await lab.usage(), [0, 0], "usage");
      await lab.insert({ id: session.id, entry: "/a" });
      const again = await lab.store.get(session.id, lab.options);
      expectSame([again?.received, again?.claims], [0, []], "received and claims of a new one with the id");
      expectSame(await lab.store.receipts(session.id, lab.options), [], "receipts of a new one with the id");
    },
  },
  {
    id: "delete/keeps-entry",
    says: "a tombstone that goes takes neither entry nor stored bytes along",
    run: async (lab) => {
      const entry = await lab.file("/a");
      await lab.store.delete(entry.version, lab.options);
      expectSame(await lab.store.find(lab.owner, "/a", lab.options), entry, "entry");
      expectSame(await lab.usage(), [0, 100], "usage");
      expectSame(await lab.store.garbage(10, lab.options), [], "garbage");
    },
  },
  {
    id: "garbage/oldest-first",
    says: "garbage comes oldest first up to the limit, until it is collected; collecting again is no error",
    run: async (lab) => {
      for (const name of ["c", "a", "b"]) {
        const { id } = await lab.file(`/${name}`, { key: `key-${name}`, policyId: name === "a" ? "other" : "disk" });
        await lab.store.remove(id, lab.options);
      }
      const keys = async (limit: number): Promise<readonly string[]> =>
        (await lab.store.garbage(limit, lab.options)).map(({ policyId, key }) => `${policyId} ${key}`);
      expectSame(await keys(10), ["disk key-c", "other key-a", "disk key-b"], "garbage");
      expectSame(await keys(2), ["disk key-c", "other key-a"], "garbage, up to two");
      await lab.store.collected({ policyId: "disk", key: "key-a" }, lab.options);
      expectSame((await keys(10)).length, 3, "garbage after another policy's key was collected");
      for (let times = 0; times < 2; times++)
        await lab.store.collected({ policyId: "disk", key: "key-c" }, lab.options);
      expectSame(await keys(10), ["other key-a", "disk key-b"], "garbage after one was collected");
    },
  },
];

async function dueOf(lab: StoreLab, now: number, limit: number): Promise<readonly number[]> {
  return (await lab.store.listDue(now, limit, lab.options)).map(({ session }) => session.dueAt - start);
}
