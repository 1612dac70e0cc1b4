import { type Receipt, UploadError, type UploadSession } from "@stowage/core";
import { breathe } from "../../src/kit/within.js";
import { alteredStore, type StoreSetup, unlessRefused } from "./altered-store.js";
import type { Mutant } from "./mutant.js";

/** Stores that are wrong about receipts. */
export const settleMutants: Readonly<Record<string, Mutant<StoreSetup>>> = {
  "settles without a claim": {
    caughtBy: ["claim/evict", "settle/superseded"],
    setup: alteredStore(({ store, data }) => ({
      settle: async (id, claimId, receipt, next, options) => {
        const record = data.sessions.get(id);
        if (receipt !== null && record?.session.state === "open" && !record.claims.has(claimId)) {
          const range = { start: receipt.offset, end: receipt.offset + receipt.size };
          record.claims.set(claimId, { id: claimId, purpose: "write", range, wanted: false, until: 0 });
        }
        return store.settle(id, claimId, receipt, next, options);
      },
    })),
  },
  "settles in any state": {
    caughtBy: ["settle/superseded", "settle/race-with-state-change"],
    setup: alteredStore(({ store, data }) => ({
      settle: (id, claimId, receipt, next, options) =>
        unlessRefused(store.settle(id, claimId, receipt, next, options), "SUPERSEDED", () => {
          const record = data.sessions.get(id);
          const isHeld = record?.claims.has(claimId) === true && record.session.state !== "open";
          if (record === undefined || receipt === null || !isHeld)
            throw new UploadError("SUPERSEDED", "no claim", { id });
          record.receipts.push(receipt);
          record.received += receipt.size;
          return { received: record.received, filled: false };
        }),
    })),
  },
  "keeps receipts in the order of their coming": {
    caughtBy: ["settle/stores-receipt"],
    setup: alteredStore(({ store }) => {
      const came = new Map<string, Receipt[]>();
      return {
        settle: async (id, claimId, receipt, next, options) => {
          const settled = await store.settle(id, claimId, receipt, next, options);
          if (receipt !== null) came.set(id, [...(came.get(id) ?? []), receipt]);
          return settled;
        },
        receipts: async (id, options) => {
          const stored = await store.receipts(id, options);
          return stored.length === came.get(id)?.length ? (came.get(id) ?? []) : stored;
        },
      };
    }),
  },
  "forgets the checksums of receipts": {
    caughtBy: ["claim/evict", "settle/stores-receipt", "settle/50-at-once", "receipts/stay"],
    setup: alteredStore(({ store }) => ({
      receipts: async (id, options) =>
        (await store.receipts(id, options)).map(({ offset, size, token }) => ({ offset, size, token })),
    })),
  },
  "counts receipts and not their bytes": {
    caughtBy: [
      "settle/stores-receipt",
      "settle/keeps-claim",
      "settle/fills",
      "settle/hands-over",
      "settle/fills-empty",
      "settle/explicit-stays-open",
      "durability/goes-on-elsewhere",
    ],
    setup: alteredStore(({ store }) => ({
      settle: async (id, claimId, receipt, next, options) => ({
        ...(await store.settle(id, claimId, receipt, next, options)),
        received: (await store.receipts(id, options)).length,
      }),
    })),
  },
  "lets a claim go that is to be kept": {
    caughtBy: ["claim/renewed", "settle/keeps-claim"],
    setup: alteredStore(({ store }) => ({
      settle: (id, claimId, receipt, next, options) =>
        store.settle(id, claimId, receipt, { ...next, keepClaim: false }, options),
    })),
  },
  "keeps a claim that is to be let go": {
    caughtBy: [
      "claim/stored",
      "claim/range-overlap",
      "claim/held-comes-first",
      "claim/evict-with-the-grant-only",
      "settle/stores-receipt",
      "settle/keeps-claim",
      "settle/null-lets-go",
      "settle/superseded",
      "settle/hands-over",
    ],
    setup: alteredStore(({ store }) => ({
      settle: (id, claimId, receipt, next, options) =>
        store.settle(id, claimId, receipt, { ...next, keepClaim: receipt !== null }, options),
    })),
  },
  "moves times earlier with a receipt": {
    caughtBy: ["settle/times-only-later", "settle/fills", "durability/goes-on-elsewhere"],
    setup: alteredStore(({ store, data }) => ({
      settle: async (id, claimId, receipt, next, options) => {
        const settled = await store.settle(id, claimId, receipt, next, options);
        const record = data.sessions.get(id);
        if (record?.session.state === "open" && receipt !== null)
          record.session = { ...record.session, expiresAt: next.expiresAt, dueAt: next.expiresAt };
        return settled;
      },
    })),
  },
  "moves the expiry and forgets when to look": {
    caughtBy: ["settle/times-only-later"],
    setup: alteredStore(({ store, data }) => ({
      settle: async (id, claimId, receipt, next, options) => {
        const dueAt = data.sessions.get(id)?.session.dueAt ?? 0;
        const settled = await store.settle(id, claimId, receipt, next, options);
        const record = data.sessions.get(id);
        if (record?.session.state === "open") record.session = { ...record.session, dueAt };
        return settled;
      },
    })),
  },
  "throws where there is nothing to let go": {
    caughtBy: ["settle/null-lets-go"],
    setup: alteredStore(({ store, data }) => ({
      settle: async (id, claimId, receipt, next, options) => {
        if (data.sessions.get(id)?.claims.has(claimId) !== true)
          throw new UploadError("SUPERSEDED", "no claim", { id });
        return store.settle(id, claimId, receipt, next, options);
      },
    })),
  },
  "fills a session without a new revision": {
    caughtBy: ["settle/fills", "settle/50-at-once"],
    setup: alteredStore(({ store, data }) => ({
      settle: async (id, claimId, receipt, next, options) => {
        const settled = await store.settle(id, claimId, receipt, next, options);
        const record = data.sessions.get(id);
        if (settled.filled && record !== undefined)
          record.session = { ...record.session, revision: record.session.revision - 1 };
        return settled;
      },
    })),
  },
  "leaves a full session open": {
    caughtBy: ["settle/fills"],
    isBroad: true,
    setup: alteredStore(({ store, data }) => ({
      settle: async (id, claimId, receipt, next, options) => {
        const before = data.sessions.get(id)?.session;
        const settled = await store.settle(id, claimId, receipt, next, options);
        const record = data.sessions.get(id);
        if (settled.filled && record !== undefined && before !== undefined) record.session = before;
        return { ...settled, filled: false };
      },
    })),
  },
  "does not fill what is empty": {
    caughtBy: ["settle/fills-empty"],
    setup: alteredStore(({ store, data }) => ({
      settle: async (id, claimId, receipt, next, options) => {
        const before = data.sessions.get(id)?.session;
        const settled = await store.settle(id, claimId, receipt, next, options);
        const record = data.sessions.get(id);
        if (!settled.filled || settled.received > 0 || record === undefined || before === undefined) return settled;
        record.session = before;
        return { ...settled, filled: false };
      },
    })),
  },
  "completes by itself what is to be completed when told": {
    caughtBy: ["claim/stored", "settle/explicit-stays-open"],
    setup: alteredStore(({ store, data }) => ({
      settle: async (id, claimId, receipt, next, options) => {
        const settled = await store.settle(id, claimId, receipt, next, options);
        const { session } = data.sessions.get(id) ?? {};
        if (session?.state !== "open" || settled.received !== session.target.size) return settled;
        await store.replace({ ...session, revision: session.revision + 1, state: "completing" }, 0, options);
        return { ...settled, filled: true };
      },
    })),
  },
  "looks at the state first and settles later": {
    caughtBy: ["settle/race-with-state-change"],
    setup: alteredStore(({ store, data }) => ({
      settle: async (id, claimId, receipt, next, options) => {
        const record = data.sessions.get(id);
        const isOpen = record?.session.state === "open" && record.claims.get(claimId)?.purpose === "write";
        if (record === undefined || receipt === null || !isOpen || record.session.completion === "explicit")
          return store.settle(id, claimId, receipt, next, options);
        await breathe(0);
        const late = record.session;
        if (late.state !== "open") record.session = { ...late, state: "open", handle: 1 } as UploadSession;
        const settled = await store.settle(id, claimId, receipt, next, options);
        if (late.state !== "open") record.session = late;
        return settled;
      },
    })),
  },
  "hands the completion over while somebody else holds a claim": {
    caughtBy: ["settle/hands-over"],
    setup: alteredStore(({ store, data }) => ({
      settle: async (id, claimId, receipt, next, options) => {
        const claims = data.sessions.get(id)?.claims;
        const others = [...(claims ?? [])].filter(([other]) => other !== claimId);
        if (next.completeUntil === undefined) return store.settle(id, claimId, receipt, next, options);
        for (const [other] of others) claims?.delete(other);
        const settled = await store.settle(id, claimId, receipt, next, options);
        for (const [other, held] of others) claims?.set(other, held);
        return settled;
      },
    })),
  },
  "lets a claim go before its receipt is stored": {
    caughtBy: ["settle/hands-over", "settle/race-of-claims"],
    setup: alteredStore(({ store, data }) => ({
      settle: async (id, claimId, receipt, next, options) => {
        const record = data.sessions.get(id);
        const isHeld = record?.session.state === "open" && record.claims.get(claimId)?.purpose === "write";
        if (record === undefined || receipt === null || next.keepClaim || !isHeld)
          return store.settle(id, claimId, receipt, next, options);
        const claim = record.claims.get(claimId);
        record.claims.delete(claimId);
        await breathe();
        const rivals = [...record.claims];
        record.claims.clear();
        if (claim !== undefined) record.claims.set(claimId, claim);
        const before = record.receipts.splice(0);
        const settled = await store.settle(id, claimId, receipt, next, options).finally(() => {
          record.receipts.push(...before);
          record.receipts.sort((a, b) => a.offset - b.offset);
        });
        for (const [rival, held] of rivals) record.claims.set(rival, held);
        return settled;
      },
    })),
  },
};
