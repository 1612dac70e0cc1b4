import type { ErrorCode, UploadSession } from "@stowage/core";
import { expectRefused, expectSame, expectTrue } from "../../kit/expect.js";
import { draftOf } from "../samples.js";
import type { StoreCase } from "../store-case.js";
import { coreOf, noQuota, type StoreLab } from "../store-lab.js";

/** `insert` and what it refuses. */
export const insertCases: readonly StoreCase[] = [
  {
    id: "insert/as-given",
    says: "a session is read as it was stored, without bytes and claims; an unknown one is null",
    run: async (lab) => {
      for (const shape of [{}, { state: "opening", size: null, entry: null } as const, { size: 2 ** 40 }]) {
        const session = await lab.insert(shape);
        const snapshot = await lab.store.get(session.id, lab.options);
        expectSame(snapshot, { session, received: 0, claims: [] }, "snapshot");
      }
      expectSame(await lab.store.get(crypto.randomUUID(), lab.options), null, "an unknown session");
    },
  },
  {
    id: "insert/id-taken",
    says: "an id is one session's, whoever the owner",
    run: async (lab) => {
      const { id } = await lab.insert();
      await refused(lab, lab.session({ id }), "SESSION_EXISTS", { id });
      await refused(lab, { ...lab.session({ id }), owner: "somebody else" }, "SESSION_EXISTS", { id });
    },
  },
  {
    id: "insert/path-is-folder",
    says: "a file cannot take a folder's place, whatever its terms",
    run: async (lab) => {
      await lab.folder("/there");
      const details = { path: "/there" };
      await refused(lab, lab.session({ entry: "/there" }), "OBJECT_EXISTS", details);
      await refused(lab, lab.session({ entry: { path: "/there", onConflict: "replace" } }), "OBJECT_EXISTS", details);
    },
  },
  {
    id: "insert/ancestor-is-file",
    says: "nothing lies under a file, and the refusal names it",
    run: async (lab) => {
      await lab.file("/a/file");
      for (const path of ["/a/file/b", "/a/file/b/c"])
        await refused(lab, lab.session({ entry: path }), "OBJECT_EXISTS", { path: "/a/file" });
      await lab.insert({ entry: "/a/file2" });
    },
  },
  {
    id: "insert/replaces",
    says: "a version that is to be replaced must be the one that is there",
    run: async (lab) => {
      const { version } = await lab.file("/a");
      const entry = { onConflict: "replace", path: "/a" } as const;
      const details = { path: "/a" };
      await refused(lab, lab.session({ entry: { ...entry, replaces: "another" } }), "VERSION_CONFLICT", details);
      const nothing = { ...entry, path: "/nothing", replaces: version };
      await refused(lab, lab.session({ entry: nothing }), "VERSION_CONFLICT", { path: "/nothing" });
      await lab.insert({ entry: { ...entry, replaces: version } });
    },
  },
  {
    id: "insert/path-taken",
    says: "a taken path is refused to who refuses a conflict, and to nobody else",
    run: async (lab) => {
      await lab.file("/a");
      await refused(lab, lab.session({ entry: "/a" }), "OBJECT_EXISTS", { path: "/a" });
      await lab.insert({ entry: { path: "/a", onConflict: "replace" } });
      await lab.store.insert({ ...lab.session({ entry: "/a" }), owner: "somebody else" }, noQuota, lab.options);
    },
  },
  {
    id: "insert/path-busy",
    says: "a path at which an unfinished session of the owner aims is refused to who refuses a conflict",
    run: async (lab) => {
      const first = await lab.insert({ entry: "/a", state: "opening" });
      const details = { path: "/a", sessionId: first.id };
      await refused(lab, lab.session({ entry: "/a" }), "PATH_BUSY", details);
      await lab.store.insert({ ...lab.session({ entry: "/a" }), owner: "somebody else" }, noQuota, lab.options);
      await lab.abort(first);
      const replacing = await lab.insert({ entry: { path: "/a", onConflict: "replace" } });
      await refused(lab, lab.session({ entry: "/a" }), "PATH_BUSY", { path: "/a", sessionId: replacing.id });
      const second = await lab.insert({ entry: { path: "/a", onConflict: "replace" } });
      await lab.store.delete(replacing.id, lab.options);
      await lab.abort(second);
      const completing = await lab.completing({ entry: "/a" });
      await refused(lab, lab.session({ entry: "/a" }), "PATH_BUSY", { path: "/a", sessionId: completing.id });
    },
  },
  {
    id: "insert/path-given-up",
    says: "a session that is being aborted, however long that takes, stands in nobody's way",
    run: async (lab) => {
      const file = await lab.file("/file");
      for (const entry of ["/a", "/b"]) {
        const session = await lab.insert({ entry });
        const ending = { handle: null, cause: { reason: "failed" } } as const;
        const next = { ...coreOf(session), ...ending, state: "aborting", revision: session.revision + 1 };
        await lab.store.replace(next as UploadSession, noQuota, lab.options);
      }
      await lab.insert({ entry: "/a" });
      await lab.store.rename(file.id, "/b", lab.options);
    },
  },
  {
    id: "insert/quota",
    says: "reserved and stored bytes come up to the quota and no byte further",
    run: async (lab) => {
      await lab.file("/stored", { size: 30 });
      await lab.insert({ size: 30 });
      await refused(lab, lab.session({ size: 41 }), "QUOTA_EXCEEDED", { owner: lab.owner, limit: 100 }, 100);
      await lab.store.insert(lab.session({ size: 40 }), 100, lab.options);
      await refused(lab, lab.session({ size: 1 }), "QUOTA_EXCEEDED", { owner: lab.owner, limit: 100 }, 100);
      expectSame(await lab.usage(), [70, 30], "usage");
    },
  },
  {
    id: "insert/order-of-refusals",
    says: "where several refusals fit, the first of the contract's order is told",
    run: async (lab) => {
      const { id } = await lab.insert({ entry: "/busy" });
      await lab.folder("/folder");
      await lab.file("/file");
      const replaces = "another";
      await refused(lab, lab.session({ id, entry: "/folder" }), "SESSION_EXISTS", { id }, 0);
      const folder = { entry: { path: "/folder", replaces } };
      await refused(lab, lab.session(folder), "OBJECT_EXISTS", { path: "/folder" }, 0);
      const under = { entry: { path: "/file/under", replaces } };
      await refused(lab, lab.session(under), "OBJECT_EXISTS", { path: "/file" }, 0);
      const other = { entry: { path: "/file", replaces } };
      await refused(lab, lab.session(other), "VERSION_CONFLICT", { path: "/file" }, 0);
      await refused(lab, lab.session({ entry: "/file" }), "OBJECT_EXISTS", { path: "/file" }, 0);
      await refused(lab, lab.session({ entry: "/busy" }), "PATH_BUSY", { path: "/busy", sessionId: id }, 0);
      await refused(lab, lab.session(), "QUOTA_EXCEEDED", { owner: lab.owner, limit: 0 }, 0);
    },
  },
  {
    id: "insert/path-race",
    says: "of many that refuse a conflict at one path, one comes through",
    run: async (lab) => {
      const sessions = Array.from({ length: 10 }, () => lab.session({ entry: draftOf("/race") }));
      const inserted = await insertAll(lab, sessions, noQuota);
      expectSame(inserted, 1, "sessions that aim at the path");
      expectSame(await lab.usage(), [100, 0], "usage");
    },
  },
  {
    id: "insert/quota-race",
    says: "many at once come up to the quota together and no byte further",
    run: async (lab) => {
      const sessions = Array.from({ length: 10 }, () => lab.session({ size: 30 }));
      const inserted = await insertAll(lab, sessions, 100);
      expectSame(inserted, 3, "sessions of 30 bytes under a quota of 100");
      expectSame(await lab.usage(), [90, 0], "usage");
    },
  },
  {
    id: "insert/id-race",
    says: "of many with one id, one comes through",
    run: async (lab) => {
      const id = crypto.randomUUID();
      const sessions = Array.from({ length: 10 }, () => lab.session({ id }));
      expectSame(await insertAll(lab, sessions, noQuota), 1, "sessions with the id");
    },
  },
];

/** Refused, and nothing has changed by it. */
async function refused(
  lab: StoreLab,
  session: UploadSession,
  code: ErrorCode,
  details: unknown,
  quota: number = noQuota,
): Promise<void> {
  const [usage, before] = [await lab.usage(), await lab.store.get(session.id, lab.options)];
  const error = await expectRefused(lab.store.insert(session, quota, lab.options), [code], "insert");
  expectSame(error.details, details, `details of ${code}`);
  expectSame(await lab.usage(), usage, "usage after a refused insert");
  expectSame(await lab.store.get(session.id, lab.options), before, "session after a refused insert");
}

async function insertAll(lab: StoreLab, sessions: readonly UploadSession[], quota: number): Promise<number> {
  const stores = [await lab.anyStore(0), await lab.anyStore(1)] as const;
  const inserts = sessions.map((session, turn) => stores[turn % 2 === 0 ? 0 : 1].insert(session, quota, lab.options));
  const outcomes = await Promise.allSettled(inserts);
  expectTrue(outcomes.length > 0, "there were sessions");
  return outcomes.filter(({ status }) => status === "fulfilled").length;
}
