import type { Receipt, Settled, UploadSession } from "@stowage/core";
import { isUploadError } from "@stowage/core";
import { expectRefused, expectSame, expectTrue } from "../../kit/expect.js";
import { breathe } from "../../kit/within.js";
import { receiptFor, start } from "../samples.js";
import type { StoreCase } from "../store-case.js";
import { coreOf, noQuota, type StoreLab } from "../store-lab.js";

/** `settle` and `receipts`. */
export const settleCases: readonly StoreCase[] = [
  {
    id: "settle/stores-receipt",
    says: "a receipt is kept as it was made, counted, and lets its claim go",
    run: async (lab) => {
      const session = await lab.insert();
      const settled = await lab.receive(session.id, 20, 30);
      expectSame(settled, { received: 10, filled: false }, "settled");
      expectSame(await lab.receive(session.id, 0, 15), { received: 25, filled: false }, "settled");
      expectSame(
        await lab.store.receipts(session.id, lab.options),
        [receiptFor(0, 15), receiptFor(20, 30)],
        "receipts",
      );
      const snapshot = await lab.store.get(session.id, lab.options);
      expectSame(
        [snapshot?.received, snapshot?.claims, snapshot?.session.revision],
        [25, [], 0],
        "received, claims, revision",
      );
    },
  },
  {
    id: "settle/keeps-claim",
    says: "a claim that is kept takes the next receipt, and still keeps others out",
    run: async (lab) => {
      const { id } = await lab.insert();
      const claimId = await lab.granted(id, 0, 100);
      await lab.settle(id, claimId, 0, 20, { keepClaim: true });
      expectSame((await lab.claim(id, 50, 60)).kind, "held", "claim of a part that is to come");
      const settled = await lab.settle(id, claimId, 20, 40, { keepClaim: false });
      expectSame(settled, { received: 40, filled: false }, "settled");
      await lab.granted(id, 50, 60);
    },
  },
  {
    id: "settle/times-only-later",
    says: "a receipt moves expiresAt and dueAt later and never earlier",
    run: async (lab) => {
      const session = await lab.insert();
      const times = async (): Promise<readonly number[]> => {
        const { expiresAt, dueAt } = await lab.current(session.id);
        return [expiresAt, dueAt];
      };
      const later = session.expiresAt + 500;
      await lab.settle(session.id, await lab.granted(session.id, 0, 10), 0, 10, { expiresAt: later });
      expectSame(await times(), [later, later], "expiresAt and dueAt, moved later");
      await lab.settle(session.id, await lab.granted(session.id, 10, 20), 10, 20, { expiresAt: later - 100 });
      expectSame(await times(), [later, later], "expiresAt and dueAt, never earlier");
    },
  },
  {
    id: "settle/null-lets-go",
    says: "without a receipt a claim is let go, whatever the state, and nothing is thrown",
    run: async (lab) => {
      const session = await lab.insert();
      await lab.receive(session.id, 0, 10);
      const claimId = await lab.granted(session.id, 10, 20);
      await lab.store.replace({ ...session, revision: 1, state: "completing" } as UploadSession, noQuota, lab.options);
      expectSame((await lab.letGo(session.id, claimId)).filled, false, "filled");
      await lab.granted(session.id, 0, 0, { purpose: "complete" });
      await lab.letGo(session.id, claimId);
      await lab.letGo(session.id, "unknown");
      await lab.letGo(crypto.randomUUID(), "unknown");
      expectSame((await lab.store.get(session.id, lab.options))?.received, 10, "received");
      expectSame((await lab.store.receipts(session.id, lab.options)).length, 1, "receipts");
    },
  },
  {
    id: "settle/superseded",
    says: "without its claim, or when the session is not open any more, a receipt is SUPERSEDED and changes nothing",
    run: async (lab) => {
      const { id } = await lab.insert();
      const error = await expectRefused(lab.settle(id, "unknown", 0, 10), ["SUPERSEDED"], "settle without a claim");
      expectSame(error.details, { id }, "details");
      const used = await lab.granted(id, 0, 10);
      await lab.settle(id, used, 0, 10);
      await expectRefused(lab.settle(id, used, 10, 20), ["SUPERSEDED"], "settle with a claim that was let go");
      const gone = crypto.randomUUID();
      await expectRefused(lab.settle(gone, used, 0, 10), ["SUPERSEDED"], "settle in no session");
      for (const state of ["completing", "aborting"]) {
        const session = await lab.insert();
        const claimId = await lab.granted(session.id, 0, 10);
        const cause = state === "aborting" ? { cause: { reason: "client" } } : {};
        const next = { ...coreOf(session), revision: 1, state, handle: 1, ...cause } as unknown as UploadSession;
        await lab.store.replace(next, noQuota, lab.options);
        await expectRefused(lab.settle(session.id, claimId, 0, 10), ["SUPERSEDED"], `settle while ${state}`);
        const snapshot = await lab.store.get(session.id, lab.options);
        expectSame([snapshot?.received, await lab.store.receipts(session.id, lab.options)], [0, []], "what counts");
      }
    },
  },
  {
    id: "settle/fills",
    says: "the receipt that makes a when-full session full makes it completing, one revision on, due as given",
    run: async (lab) => {
      const session = await lab.insert();
      await lab.receive(session.id, 50, 100);
      const claimId = await lab.granted(session.id, 0, 50);
      const completionDueAt = start + 77;
      const settled = await lab.settle(session.id, claimId, 0, 50, { completionDueAt });
      expectSame(settled, { received: 100, filled: true }, "settled");
      const expected = { ...session, state: "completing", revision: 1, dueAt: completionDueAt };
      expectSame(await lab.current(session.id), expected, "session");
    },
  },
  {
    id: "settle/hands-over",
    says: "where it is asked and nobody else holds a claim, the claim that fills a session becomes the completion's",
    run: async (lab) => {
      const completeUntil = start + 500;
      const { id } = await lab.insert();
      const claimId = await lab.granted(id, 0, 100);
      const settled = await lab.settle(id, claimId, 0, 100, { completeUntil });
      const claims = (await lab.store.get(id, lab.options))?.claims;
      const range = { start: 0, end: 0 };
      const held = { id: claimId, purpose: "complete", range, wanted: false, until: completeUntil };
      // A store may leave that to the engine; what it says must be so.
      expectSame(claims, settled.holdsCompletion === true ? [held] : [], "claims");
      const shared = await lab.insert();
      const other = await lab.granted(shared.id, 0, 100);
      await lab.granted(shared.id, 100, 200);
      const both = await lab.settle(shared.id, other, 0, 100, { completeUntil });
      expectSame(both, { received: 100, filled: true }, "settled beside another claim");
      const again = (await lab.store.get(shared.id, lab.options))?.claims;
      expectSame(
        again?.some((claim) => claim.id === other),
        false,
        "whether the claim stays beside another",
      );
    },
  },
  {
    id: "settle/fills-empty",
    says: "the empty receipt fills an empty session",
    run: async (lab) => {
      const { id } = await lab.insert({ size: 0 });
      expectSame(await lab.receive(id, 0, 0), { received: 0, filled: true }, "settled");
      expectSame((await lab.current(id)).state, "completing", "state");
    },
  },
  {
    id: "settle/explicit-stays-open",
    says: "a session that completes when told to stays open when it is full, as one without a size does",
    run: async (lab) => {
      const explicit = await lab.insert({ completion: "explicit" });
      expectSame(await lab.receive(explicit.id, 0, 100), { received: 100, filled: false }, "settled, explicit");
      const sizeless = await lab.insert({ size: null });
      expectSame(await lab.receive(sizeless.id, 0, 100), { received: 100, filled: false }, "settled, without a size");
      for (const { id } of [explicit, sizeless]) {
        const { state, revision } = await lab.current(id);
        expectSame([state, revision], ["open", 0], "state and revision");
      }
    },
  },
  {
    id: "settle/50-at-once",
    says: "receipts of different extents commute: none is lost, and they come in the order of offsets",
    run: async (lab) => {
      const { id } = await lab.insert({ size: 500 });
      const stores = [await lab.anyStore(0), await lab.anyStore(1)] as const;
      const extents = Array.from({ length: 50 }, (_, index) => ({ from: index * 10, to: index * 10 + 10 }));
      const claims = await Promise.all(extents.map(({ from, to }) => lab.granted(id, from, to)));
      const settled = await Promise.all(
        extents.map(({ from, to }, turn) => {
          const next = { keepClaim: false, expiresAt: start, completionDueAt: start };
          const store = stores[turn % 2 === 0 ? 0 : 1];
          return store.settle(id, claims[turn] ?? "", receiptFor(from, to), next, lab.options);
        }),
      );
      expectSame(settled.filter(({ filled }) => filled).length, 1, "receipts that filled the session");
      const { session, received } = (await lab.store.get(id, lab.options)) ?? {};
      expectSame([received, session?.state, session?.revision], [500, "completing", 1], "received, state, revision");
      const receipts = await lab.store.receipts(id, lab.options);
      expectSame(
        receipts,
        extents.map(({ from, to }) => receiptFor(from, to)),
        "receipts",
      );
    },
  },
  {
    id: "settle/race-with-state-change",
    says: "a receipt beside a state change counts whole or not at all, and its writer knows which",
    run: async (lab) => {
      const stores = [await lab.anyStore(0), await lab.anyStore(1)] as const;
      for (let round = 0; round < 30; round++) {
        const session = await lab.insert();
        const claimId = await lab.granted(session.id, 0, 10);
        const next = { keepClaim: false, expiresAt: start, completionDueAt: start };
        const closed = { ...session, revision: 1, state: "completing" } as UploadSession;
        const settle = (): Promise<Settled> =>
          stores[0].settle(session.id, claimId, receiptFor(0, 10), next, lab.options);
        const close = async (): Promise<readonly Receipt[]> => {
          await stores[1].replace(closed, noQuota, lab.options);
          return stores[1].receipts(session.id, lab.options);
        };
        const isFirst = round % 2 === 0;
        const both = isFirst ? [settle(), close()] : [close(), settle()];
        const outcomes = await Promise.allSettled(both);
        await checkRace(lab, session.id, outcomes[isFirst ? 0 : 1], outcomes[isFirst ? 1 : 0]);
      }
    },
  },
  {
    id: "settle/race-of-claims",
    says: "many that claim and settle overlapping extents at once never leave two receipts for a byte",
    run: async (lab) => {
      const { id } = await lab.insert({ completion: "explicit" });
      const attempt = async (claimId: string, from: number): Promise<void> => {
        const claimed = await lab.claim(id, from, from + 10, { id: claimId });
        if (claimed.kind === "granted") await lab.settle(id, claimId, from, from + 10);
      };
      const worker = async (_: unknown, which: number): Promise<void> => {
        for (let turn = 0; turn < 6; turn++) {
          const attempted = attempt(`${which}-${turn}`, (which * 13 + turn * 7) % 90);
          await attempted.catch((error: unknown) => {
            if (!isUploadError(error) || (error.code !== "RANGE_OVERLAP" && error.code !== "SUPERSEDED")) throw error;
          });
          await breathe(0);
        }
      };
      await Promise.all(Array.from({ length: 10 }, worker));
      const receipts = await lab.store.receipts(id, lab.options);
      expectTrue(receipts.length > 0, "somebody came through");
      for (const [index, { offset }] of receipts.entries()) {
        const before = receipts[index - 1];
        expectTrue(before === undefined || before.offset + before.size <= offset, `receipts overlap at ${offset}`);
      }
      const sum = receipts.reduce((total, { size }) => total + size, 0);
      expectSame((await lab.store.get(id, lab.options))?.received, sum, "received");
    },
  },
  {
    id: "receipts/stay",
    says: "receipts are there as long as the session, its tombstone included, and no longer",
    run: async (lab) => {
      const [completed, aborted] = [await lab.completing(), await lab.insert()];
      await lab.publish(completed);
      await lab.receive(aborted.id, 0, 10);
      await lab.abort(aborted);
      for (const [id, end] of [
        [completed.id, 100],
        [aborted.id, 10],
      ] as const) {
        expectSame(await lab.store.receipts(id, lab.options), [receiptFor(0, end)], "receipts of a tombstone");
        await lab.store.delete(id, lab.options);
        expectSame(await lab.store.receipts(id, lab.options), [], "receipts after delete");
      }
    },
  },
];

async function checkRace(
  lab: StoreLab,
  id: string,
  settled: PromiseSettledResult<unknown> | undefined,
  closed: PromiseSettledResult<unknown> | undefined,
): Promise<void> {
  expectTrue(closed?.status === "fulfilled", "a state change failed beside a receipt");
  const counts = settled?.status === "fulfilled";
  if (settled?.status === "rejected") {
    const { reason } = settled as { reason: unknown };
    expectTrue(
      isUploadError(reason) && reason.code === "SUPERSEDED",
      `settle beside a state change: ${String(reason)}`,
    );
  }
  const snapshot = await lab.store.get(id, lab.options);
  const receipts = await lab.store.receipts(id, lab.options);
  expectSame([snapshot?.received, receipts.length], counts ? [10, 1] : [0, 0], "what counts after the race");
  expectSame(receipts, closed.value, "receipts, and those that were there when the state change was over");
}
