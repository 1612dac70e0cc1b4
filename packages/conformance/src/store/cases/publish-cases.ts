import type { CatalogEntry, UploadSession } from "@stowage/core";
import { isUploadError } from "@stowage/core";
import { expectRefused, expectSame, expectTrue } from "../../kit/expect.js";
import { entryFor, start } from "../samples.js";
import type { StoreCase } from "../store-case.js";
import { asCompleted, type StoreLab } from "../store-lab.js";

/** `publish`: one transaction. */
export const publishCases: readonly StoreCase[] = [
  {
    id: "publish/visible",
    says: "the session is complete, the entry visible, reserved bytes stored bytes",
    run: async (lab) => {
      const session = await lab.completing({ entry: "/a.bin" });
      expectSame(await lab.store.find(lab.owner, "/a.bin", lab.options), null, "entry before");
      await lab.publish(session);
      expectSame(await lab.current(session.id), asCompleted(session), "session");
      const entry = entryFor(session);
      expectSame(await lab.store.find(lab.owner, "/a.bin", lab.options), entry, "entry by path");
      expectSame(await lab.store.findById(entry.id, lab.options), entry, "entry by id");
      expectSame(await lab.usage(), [0, 100], "usage");
      expectSame(await lab.store.garbage(10, lab.options), [], "garbage");
    },
  },
  {
    id: "publish/revision-conflict",
    says: "another revision or state is REVISION_CONFLICT and changes nothing; so a session is published once",
    run: async (lab) => {
      const open = await lab.insert({ entry: "/open" });
      await conflict(lab, open, open.revision);
      const session = await lab.completing({ entry: "/a" });
      await conflict(lab, session, session.revision + 1);
      await conflict(lab, session, session.revision - 1);
      await lab.publish(session);
      await conflict(lab, session, session.revision);
      expectSame(await lab.usage(), [100, 100], "usage");
      expectSame((await lab.store.list(lab.owner, "/", null, 9, lab.options)).length, 1, "entries");
    },
  },
  {
    id: "publish/ancestors",
    says: "missing ancestor folders are made, and those that are there stay",
    run: async (lab) => {
      const folder = await lab.folder("/a");
      await lab.file("/a/b/c/file");
      for (const path of ["/a/b", "/a/b/c"]) {
        const made = await lab.store.find(lab.owner, path, lab.options);
        expectTrue(made !== null && made.object === null, `${path} is no folder`);
        expectSame(await lab.store.findById(made.id, lab.options), made, `${path} by its id`);
      }
      expectSame(
        (await lab.store.find(lab.owner, "/a", lab.options))?.id,
        folder.id,
        "id of the folder that was there",
      );
      const [b] = await lab.store.list(lab.owner, "/a", null, 9, lab.options);
      expectSame(b?.path, "/a/b", "listed folder");
    },
  },
  {
    id: "publish/replaces",
    says: "a replaced entry keeps id and createdAt, its old key becomes garbage, and its bytes are given back",
    run: async (lab) => {
      const old = await lab.file("/a", { size: 70, key: "old-key" });
      const entry = { onConflict: "replace", path: "/a", replaces: old.version } as const;
      const session = await lab.completing({ size: 30, entry });
      await lab.publish(session, { createdAt: start + 999 });
      const now = await lab.store.find(lab.owner, "/a", lab.options);
      expectSame(now, { ...entryFor(session), id: old.id, createdAt: old.createdAt }, "entry");
      expectSame(await lab.store.findById(old.id, lab.options), now, "entry by its id");
      expectSame(await lab.store.findById(entryFor(session).id, lab.options), null, "the id that was not needed");
      expectSame(await lab.usage(), [0, 30], "usage");
      expectSame(await lab.store.garbage(10, lab.options), [{ policyId: "disk", key: "old-key" }], "garbage");
    },
  },
  {
    id: "publish/object-exists",
    says: "what is at the path by now, or a file above it, refuses, and nothing has changed",
    run: async (lab) => {
      const taken = await lab.completing({ entry: "/taken" });
      const folder = await lab.completing({ entry: { path: "/folder", onConflict: "replace" } });
      const under = await lab.completing({ entry: "/file/deep/under" });
      await lab.file("/taken", { entry: { onConflict: "replace" } });
      await lab.folder("/folder");
      await lab.file("/file");
      await refused(lab, taken, "OBJECT_EXISTS", "/taken");
      await refused(lab, folder, "OBJECT_EXISTS", "/folder");
      await refused(lab, under, "OBJECT_EXISTS", "/file");
    },
  },
  {
    id: "publish/version-conflict",
    says: "where another version or nothing is there by now, it is VERSION_CONFLICT, and nothing has changed",
    run: async (lab) => {
      const old = await lab.file("/a");
      const entry = { onConflict: "replace", path: "/a", replaces: old.version } as const;
      const late = await lab.completing({ entry });
      await lab.file("/a", { entry });
      await refused(lab, late, "VERSION_CONFLICT", "/a");
      const { id } = (await lab.store.find(lab.owner, "/a", lab.options)) ?? { id: "" };
      await lab.store.remove(id, lab.options);
      await refused(lab, late, "VERSION_CONFLICT", "/a");
    },
  },
  {
    id: "publish/without-entry",
    says: "an object that only its session names stays reserved until the session is deleted",
    run: async (lab) => {
      const session = await lab.completing({ entry: null });
      await lab.publish(session);
      expectSame((await lab.current(session.id)).state, "completed", "state");
      expectSame(await lab.usage(), [100, 0], "usage");
      expectSame(await lab.store.list(lab.owner, "/", null, 9, lab.options), [], "entries");
      await lab.store.delete(session.id, lab.options);
      expectSame(await lab.usage(), [0, 0], "usage after delete");
    },
  },
  {
    id: "publish/race",
    says: "of many at one path each replaces the one before: one is visible, the others are garbage",
    run: async (lab) => {
      const sessions: UploadSession[] = [];
      for (let made = 0; made < 8; made++)
        sessions.push(await lab.completing({ entry: { path: "/a/b/race", onConflict: "replace" } }));
      const stores = [await lab.anyStore(0), await lab.anyStore(1)] as const;
      await Promise.all(
        sessions.map((session, turn) => {
          const store = stores[turn % 2 === 0 ? 0 : 1];
          return store.publish(asCompleted(session), entryFor(session), lab.options);
        }),
      );
      const shown = await lab.store.list(lab.owner, "/a/b", null, 9, lab.options);
      const keys = [...(await lab.store.garbage(99, lab.options)), ...shown.map(keyOf)].map(({ key }) => key);
      expectSame(shown.length, 1, "entries");
      expectSame(keys.sort(), sessions.map(({ target }) => target.key).sort(), "keys, visible and garbage");
      expectSame(await lab.usage(), [0, 100], "usage");
    },
  },
  {
    id: "publish/race-of-refusing",
    says: "who refuses a conflict and comes beside another at the path is shown or told, and never overwrites",
    run: async (lab) => {
      for (let round = 0; round < 10; round++) {
        const path = `/race-${round}`;
        const refusing = await lab.completing({ entry: path });
        const other = await lab.completing({ entry: { path, onConflict: "replace" } });
        const inTurn = round % 2 === 0 ? [refusing, other] : [other, refusing];
        const published = new Map(inTurn.map((session) => [session, lab.publish(session)]));
        const [outcome] = await Promise.allSettled([published.get(refusing)]);
        await published.get(other);
        if (outcome?.status === "rejected") {
          const { reason } = outcome as { reason: unknown };
          expectTrue(isUploadError(reason) && reason.code === "OBJECT_EXISTS", `publish: ${String(reason)}`);
        }
        const shown = await lab.store.find(lab.owner, path, lab.options);
        expectSame(shown?.version, other.id, "version at the path");
      }
    },
  },
];

function keyOf({ object }: CatalogEntry): { readonly key: string } {
  return { key: object?.key ?? "" };
}

async function conflict(lab: StoreLab, session: UploadSession, revision: number): Promise<void> {
  const before = await lab.current(session.id);
  const next = asCompleted({ ...session, revision });
  const published = lab.store.publish(next, entryFor(session), lab.options);
  const error = await expectRefused(published, ["REVISION_CONFLICT"], `publish at revision ${next.revision}`);
  expectSame(error.details, { id: session.id, expected: revision }, "details");
  expectSame(await lab.current(session.id), before, "session after the conflict");
}

async function refused(
  lab: StoreLab,
  session: UploadSession,
  code: "OBJECT_EXISTS" | "VERSION_CONFLICT",
  path: string,
): Promise<void> {
  const aim = session.entry?.path ?? "";
  const before = [await lab.usage(), await lab.store.find(lab.owner, aim, lab.options)];
  const garbage = await lab.store.garbage(99, lab.options);
  const error = await expectRefused(lab.publish(session), [code], `publish at ${aim}`);
  expectSame(error.details, { path }, "details");
  expectSame(await lab.current(session.id), session, "session after the refusal");
  expectSame(
    [await lab.usage(), await lab.store.find(lab.owner, aim, lab.options)],
    before,
    "catalog after the refusal",
  );
  expectSame(await lab.store.garbage(99, lab.options), garbage, "garbage after the refusal");
}
