import type { Claimed, UploadSession, WriteClaim } from "@stowage/core";
import { expectRefused, expectSame, expectTrue } from "../../kit/expect.js";
import { receiptFor, start } from "../samples.js";
import type { StoreCase } from "../store-case.js";
import { coreOf, noQuota, type StoreLab } from "../store-lab.js";

const whole = { purpose: "complete" } as const;

/** `claim`: who may write what. */
export const claimCases: readonly StoreCase[] = [
  {
    id: "claim/granted",
    says: "a claim on a free extent is granted, and shown as it was asked for",
    run: async (lab) => {
      const { id } = await lab.insert();
      const claim: WriteClaim = {
        id: "c1",
        purpose: "write",
        range: { start: 5, end: 2 ** 40 },
        wanted: false,
        until: start + 9,
      };
      const claimed = await lab.store.claim(id, claim, [], lab.options);
      expectTrue(claimed.kind === "granted", `claim: ${claimed.kind}`);
      expectSame(claimed.snapshot.claims, [claim], "claims of the grant's snapshot");
      expectSame(await claimsOf(lab, id), [claim], "claims");
    },
  },
  {
    id: "claim/not-found",
    says: "a claim on an unknown session is SESSION_NOT_FOUND",
    run: async (lab) => {
      const id = crypto.randomUUID();
      const error = await expectRefused(lab.claim(id, 0, 10), ["SESSION_NOT_FOUND"], "claim on nothing");
      expectSame(error.details, { id }, "details");
    },
  },
  {
    id: "claim/state",
    says: "writing needs an open session, completing an unfinished one; else SESSION_CLOSED",
    run: async (lab) => {
      const expected = {
        opening: [false, true],
        open: [true, true],
        completing: [false, true],
        aborting: [false, true],
      };
      for (const [state, [write, complete]] of Object.entries(expected))
        expectSame(
          await claimable(lab, await inState(lab, state)),
          [write, complete],
          `write, complete while ${state}`,
        );
      const aborted = await lab.insert();
      await lab.abort(aborted);
      expectSame(await claimable(lab, aborted), [false, false], "write, complete after aborted");
      const completed = await lab.completing();
      await lab.publish(completed);
      expectSame(await claimable(lab, completed), [false, false], "write, complete after completed");
      const error = await expectRefused(lab.claim(aborted.id, 0, 1), ["SESSION_CLOSED"], "claim on an aborted session");
      expectSame(error.details, { id: aborted.id, state: "aborted" }, "details");
    },
  },
  {
    id: "claim/held",
    says: "a held extent is not granted: its holders are told and asked to let go",
    run: async (lab) => {
      const { id } = await lab.insert();
      const [first, second] = [await lab.granted(id, 0, 10), await lab.granted(id, 20, 30)];
      const other = await lab.granted(id, 40, 50);
      const claimed = await lab.claim(id, 5, 25);
      expectSame(heldBy(claimed), [first, second].sort(), "holders");
      expectTrue(claimed.kind === "held" && claimed.by.every(({ wanted }) => wanted), "holders are shown as wanted");
      const wanted = (await claimsOf(lab, id)).filter((claim) => claim.wanted).map((claim) => claim.id);
      expectSame([...wanted].sort(), [first, second].sort(), "wanted claims");
      expectTrue(
        (await claimsOf(lab, id)).some((claim) => claim.id === other),
        "an uninvolved claim stays",
      );
      expectSame((await claimsOf(lab, id)).length, 3, "claims, without the refused one");
    },
  },
  {
    id: "claim/complete-covers-everything",
    says: "completing and writing exclude each other; a completion is never asked to let go",
    run: async (lab) => {
      const { id } = await lab.insert();
      const writer = await lab.granted(id, 0, 10);
      expectSame(heldBy(await lab.claim(id, 50, 50, whole)), [writer], "holders against a completion");
      await lab.letGo(id, writer);
      const completion = await lab.granted(id, 0, 0, whole);
      const claimed = await lab.claim(id, 90, 100);
      expectSame(heldBy(claimed), [completion], "holders against a writer");
      expectSame(heldBy(await lab.claim(id, 0, 0, whole)), [completion], "holders against another completion");
      expectSame(
        (await claimsOf(lab, id)).map(({ wanted }) => wanted),
        [false],
        "wanted of a completion",
      );
    },
  },
  {
    id: "claim/edges",
    says: "extents that touch are apart; those that start at one offset are not, even without a byte",
    run: async (lab) => {
      const { id } = await lab.insert();
      for (const [from, to] of [
        [10, 20],
        [0, 10],
        [20, 30],
      ] as const)
        await lab.granted(id, from, to);
      for (const [from, to] of [
        [9, 10],
        [19, 21],
        [20, 20],
        [0, 100],
      ] as const)
        expectSame((await lab.claim(id, from, to)).kind, "held", `claim of [${from}, ${to})`);
      const empty = await lab.insert({ size: 0 });
      await lab.granted(empty.id, 0, 0);
      expectSame((await lab.claim(empty.id, 0, 0)).kind, "held", "the empty extent again");
    },
  },
  {
    id: "claim/stored",
    says: "exactly a stored extent gives its receipt and no claim",
    run: async (lab) => {
      const { id } = await lab.insert();
      await lab.receive(id, 20, 40);
      await lab.receive(id, 40, 50);
      const claimed = await lab.claim(id, 20, 40);
      expectTrue(claimed.kind === "stored", `claim of a stored extent: ${claimed.kind}`);
      expectSame(claimed.receipt, receiptFor(20, 40), "receipt");
      expectSame([claimed.snapshot.received, await claimsOf(lab, id)], [30, []], "received, and claims left");
      const empty = await lab.insert({ size: 0, completion: "explicit" });
      await lab.receive(empty.id, 0, 0);
      expectSame((await lab.claim(empty.id, 0, 0)).kind, "stored", "claim of the stored empty extent");
    },
  },
  {
    id: "claim/range-overlap",
    says: "an extent that is stored in another cut is RANGE_OVERLAP, naming a stored one",
    run: async (lab) => {
      const { id } = await lab.insert();
      await lab.receive(id, 20, 40);
      for (const [from, to] of [
        [20, 39],
        [20, 41],
        [19, 40],
        [25, 30],
        [0, 100],
        [39, 60],
        [20, 20],
      ] as const) {
        const fact = `claim of [${from}, ${to})`;
        const error = await expectRefused(lab.claim(id, from, to), ["RANGE_OVERLAP"], fact);
        expectSame(error.details, { range: { start: 20, end: 40 } }, `details of ${fact}`);
      }
      await lab.granted(id, 40, 60);
      await lab.granted(id, 0, 20);
    },
  },
  {
    id: "claim/held-comes-first",
    says: "where an extent is held and stored, held is told",
    run: async (lab) => {
      const { id } = await lab.insert();
      await lab.receive(id, 20, 40);
      await lab.receive(id, 40, 50);
      const completion = await lab.granted(id, 0, 0, whole);
      expectSame(heldBy(await lab.claim(id, 20, 40)), [completion], "holders of a stored extent");
      expectSame(heldBy(await lab.claim(id, 30, 60)), [completion], "holders of an overlapping extent");
    },
  },
  {
    id: "claim/evict",
    says: "a claim that is named to be evicted does not stand in the way, and is gone with the grant",
    run: async (lab) => {
      const { id } = await lab.insert();
      const old = await lab.granted(id, 0, 10);
      const next = await lab.granted(id, 0, 10, { evict: [old, "unknown"] });
      expectSame(
        (await claimsOf(lab, id)).map((claim) => claim.id),
        [next],
        "claims",
      );
      await expectRefused(lab.settle(id, old, 0, 10), ["SUPERSEDED"], "settle of an evicted writer");
      await lab.settle(id, next, 0, 10);
      expectSame(await lab.store.receipts(id, lab.options), [receiptFor(0, 10)], "receipts");
    },
  },
  {
    id: "claim/evict-with-the-grant-only",
    says: "without a grant nobody is evicted: who holds no grant fences nobody out",
    run: async (lab) => {
      const { id } = await lab.insert();
      await lab.receive(id, 50, 60);
      const [first, second] = [await lab.granted(id, 0, 10), await lab.granted(id, 10, 20)];
      expectSame(heldBy(await lab.claim(id, 0, 20, { evict: [first] })), [second], "holders besides the evicted");
      await expectRefused(lab.claim(id, 0, 55, { evict: [first, second] }), ["RANGE_OVERLAP"], "claim of too much");
      expectSame((await lab.claim(id, 50, 60, { evict: [first, second] })).kind, "stored", "claim of a stored extent");
      await lab.settle(id, first, 0, 10);
      await lab.settle(id, second, 10, 20);
    },
  },
  {
    id: "claim/renewed",
    says: "a claim under an id that is there moves range and until, keeps wanted, and overlooks its own receipts",
    run: async (lab) => {
      const { id } = await lab.insert();
      const claimId = await lab.granted(id, 0, 50);
      await lab.settle(id, claimId, 0, 20, { keepClaim: true });
      await lab.claim(id, 30, 40);
      await lab.granted(id, 0, 50, { id: claimId, until: start + 99 });
      const [renewed] = await claimsOf(lab, id);
      const expected = { id: claimId, purpose: "write", range: { start: 0, end: 50 }, wanted: true, until: start + 99 };
      expectSame(renewed, expected, "renewed claim");
      await lab.granted(id, 20, 60, { id: claimId, until: start + 100 });
      expectSame(
        (await claimsOf(lab, id)).map(({ range }) => range),
        [{ start: 20, end: 60 }],
        "moved range",
      );
      const other = await lab.granted(id, 60, 80);
      expectSame(heldBy(await lab.claim(id, 20, 70, { id: claimId })), [other], "holders against a renewal");
    },
  },
  {
    id: "claim/overdue-holds",
    says: "a claim past its time holds until somebody evicts it",
    run: async (lab) => {
      const { id } = await lab.insert();
      const overdue = await lab.granted(id, 0, 10, { until: 1 });
      expectSame(heldBy(await lab.claim(id, 0, 10)), [overdue], "holders");
      await lab.settle(id, overdue, 0, 10);
    },
  },
  {
    id: "claim/race",
    says: "of many that want one byte at once, one gets it",
    run: async (lab) => {
      const { id } = await lab.insert();
      const stores = [await lab.anyStore(0), await lab.anyStore(1)] as const;
      const claims = Array.from({ length: 20 }, (_, turn) => {
        const claim = { id: `c${turn}`, purpose: "write", wanted: false, until: start } as const;
        const range = { start: turn, end: 20 + turn };
        return stores[turn % 2 === 0 ? 0 : 1].claim(id, { ...claim, range }, [], lab.options);
      });
      const kinds = (await Promise.all(claims)).map(({ kind }) => kind);
      expectSame(kinds.filter((kind) => kind === "granted").length, 1, "grants over byte 19");
      expectSame((await claimsOf(lab, id)).length, 1, "claims");
    },
  },
];

async function claimsOf({ store, options }: StoreLab, id: string): Promise<readonly WriteClaim[]> {
  return (await store.get(id, options))?.claims ?? [];
}

function heldBy(claimed: Claimed): readonly string[] {
  if (claimed.kind !== "held") throw new Error(`claim: ${claimed.kind}, expected held`);
  return claimed.by.map(({ id }) => id).sort();
}

async function inState(lab: StoreLab, state: string): Promise<UploadSession> {
  const session = await lab.insert({ state: state === "opening" ? "opening" : "open" });
  if (state === "open" || state === "opening") return session;
  const cause = state === "aborting" ? { cause: { reason: "client" } } : {};
  const next = { ...coreOf(session), revision: 1, state, handle: 1, ...cause } as unknown as UploadSession;
  await lab.store.replace(next, noQuota, lab.options);
  return session;
}

async function claimable(lab: StoreLab, { id }: UploadSession): Promise<readonly [boolean, boolean]> {
  const can = async (purpose: WriteClaim["purpose"]): Promise<boolean> => {
    const claimed = await lab.claim(id, 0, 0, { purpose }).catch((error: unknown) => error as { code: string });
    if ("code" in claimed) expectSame(claimed.code, "SESSION_CLOSED", "refusal");
    if (!("kind" in claimed) || claimed.kind !== "granted") return false;
    for (const held of claimed.snapshot.claims) await lab.letGo(id, held.id);
    return true;
  };
  return [await can("write"), await can("complete")];
}
