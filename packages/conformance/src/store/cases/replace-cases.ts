import type { UploadSession } from "@stowage/core";
import { isUploadError } from "@stowage/core";
import { expectRefused, expectSame } from "../../kit/expect.js";
import type { StoreCase } from "../store-case.js";
import { coreOf, noQuota, type StoreLab } from "../store-lab.js";

/** `replace`: compare and swap. */
export const replaceCases: readonly StoreCase[] = [
  {
    id: "replace/next-revision",
    says: "the next revision is stored as given, any other is REVISION_CONFLICT and changes nothing",
    run: async (lab) => {
      const session = await lab.insert({ state: "opening" });
      const next = { ...session, revision: 1, state: "open", handle: { url: "new" }, dueAt: 7 } as UploadSession;
      for (const revision of [0, 2, 7]) {
        const error = await expectRefused(
          lab.store.replace({ ...next, revision }, noQuota, lab.options),
          ["REVISION_CONFLICT"],
          `replace at revision ${revision}`,
        );
        expectSame(error.details, { id: session.id, expected: revision - 1 }, "details");
      }
      expectSame(await lab.current(session.id), session, "session after conflicts");
      await lab.store.replace(next, noQuota, lab.options);
      expectSame(await lab.current(session.id), next, "session after replace");
    },
  },
  {
    id: "replace/not-found",
    says: "an unknown session is SESSION_NOT_FOUND",
    run: async (lab) => {
      const next = { ...lab.session(), revision: 1 };
      const replaced = lab.store.replace(next, noQuota, lab.options);
      const error = await expectRefused(replaced, ["SESSION_NOT_FOUND"], "replace of nothing");
      expectSame(error.details, { id: next.id }, "details");
    },
  },
  {
    id: "replace/50-writers",
    says: "fifty who each want one revision more get it one after the other, and none is lost",
    run: async (lab) => {
      const { id } = await lab.insert();
      const stores = [await lab.anyStore(0), await lab.anyStore(1)] as const;
      const bump = async (turn: number): Promise<void> => {
        for (;;) {
          const session = await lab.current(id);
          const next = { ...session, revision: session.revision + 1, handle: { by: turn } } as UploadSession;
          try {
            return await stores[turn % 2 === 0 ? 0 : 1].replace(next, noQuota, lab.options);
          } catch (error) {
            if (!isUploadError(error) || error.code !== "REVISION_CONFLICT") throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: 50 }, (_, turn) => bump(turn)));
      expectSame((await lab.current(id)).revision, 50, "revision");
    },
  },
  {
    id: "replace/wants-writers",
    says: "leaving open asks the writers to let go, and nobody else",
    run: async (lab) => {
      const [session, other] = [await lab.insert(), await lab.insert()];
      await lab.granted(session.id, 0, 10);
      await lab.granted(session.id, 10, 20);
      await lab.granted(other.id, 0, 10);
      await lab.store.replace({ ...session, revision: 1 }, noQuota, lab.options);
      expectSame(await wantedOf(lab, session.id), [false, false], "wanted while open");
      await lab.store.replace({ ...session, revision: 2, state: "completing" } as UploadSession, noQuota, lab.options);
      expectSame(await wantedOf(lab, session.id), [true, true], "wanted after open");
      expectSame(await wantedOf(lab, other.id), [false], "wanted of another session");
    },
  },
  {
    id: "replace/aborted-gives-back",
    says: "aborted gives back the bytes; aborting still holds them",
    run: async (lab) => {
      const session = await lab.insert({ entry: "/a" });
      const cause = { reason: "client" } as const;
      const handle = null;
      const aborting = { ...coreOf(session), revision: 1, state: "aborting", handle, cause } as UploadSession;
      await lab.store.replace(aborting, noQuota, lab.options);
      expectSame(await lab.usage(), [100, 0], "usage while aborting");
      await lab.abort(aborting);
      expectSame(await lab.usage(), [0, 0], "usage after aborted");
      expectSame((await lab.current(session.id)).state, "aborted", "state");
    },
  },
  {
    id: "replace/late-size",
    says: "a size that is declared late is reserved then, or refused by the quota",
    run: async (lab) => {
      const session = await lab.insert({ size: null });
      expectSame(await lab.usage(), [0, 0], "usage without a size");
      const sized = { ...session, revision: 1, target: { ...session.target, size: 60 } };
      const error = await expectRefused(
        lab.store.replace(sized, 59, lab.options),
        ["QUOTA_EXCEEDED"],
        "60 bytes of a quota of 59",
      );
      expectSame(error.details, { owner: lab.owner, limit: 59 }, "details");
      expectSame(await lab.current(session.id), session, "session after the refusal");
      await lab.store.replace(sized, 60, lab.options);
      expectSame(await lab.usage(), [60, 0], "usage with the size");
      await lab.store.replace({ ...sized, revision: 2 }, 0, lab.options);
      expectSame(await lab.usage(), [60, 0], "usage after the next change");
    },
  },
  {
    id: "replace/expiry-never-earlier",
    says: "a state change that read the session before a receipt does not take its later expiry back",
    run: async (lab) => {
      const session = await lab.insert();
      const claimId = await lab.granted(session.id, 0, 10);
      const expiresAt = session.expiresAt + 1_000;
      await lab.settle(session.id, claimId, 0, 10, { expiresAt });
      await lab.store.replace({ ...session, revision: 1 }, noQuota, lab.options);
      expectSame((await lab.current(session.id)).expiresAt, expiresAt, "expiresAt");
    },
  },
];

async function wantedOf({ store, options }: StoreLab, id: string): Promise<readonly boolean[]> {
  return ((await store.get(id, options))?.claims ?? []).map(({ wanted }) => wanted);
}
