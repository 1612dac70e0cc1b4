import { UploadError } from "@stowage/core";
import { breathe } from "../../src/kit/within.js";
import { alteredStore, type StoreSetup, unlessRefused } from "./altered-store.js";
import type { Mutant } from "./mutant.js";

const granted = { kind: "granted" } as const;

/** Stores that are wrong about claims. */
export const claimMutants: Readonly<Record<string, Mutant<StoreSetup>>> = {
  "grants claims in any state": {
    caughtBy: ["claim/state"],
    setup: alteredStore(({ store }) => ({
      claim: (id, claim, evict, options) =>
        unlessRefused(store.claim(id, claim, evict, options), "SESSION_CLOSED", async () => {
          const snapshot = await store.get(id, options);
          if (snapshot === null) throw new Error("gone");
          return { ...granted, snapshot };
        }),
    })),
  },
  "grants no completion but in a completing session": {
    caughtBy: ["claim/state", "claim/complete-covers-everything", "claim/held-comes-first"],
    setup: alteredStore(({ store, data }) => ({
      claim: async (id, claim, evict, options) => {
        const state = data.sessions.get(id)?.session.state;
        if (claim.purpose === "complete" && state !== undefined && state !== "completing")
          throw new UploadError("SESSION_CLOSED", "not completing", { id, state });
        return store.claim(id, claim, evict, options);
      },
    })),
  },
  "asks no holder to let go": {
    caughtBy: ["claim/held", "claim/renewed"],
    setup: alteredStore(({ store, data }) => ({
      claim: async (id, claim, evict, options) => {
        const claims = data.sessions.get(id)?.claims;
        const before = [...(claims?.values() ?? [])];
        const claimed = await store.claim(id, claim, evict, options);
        if (claimed.kind === "held") for (const held of before) claims?.set(held.id, held);
        return claimed;
      },
    })),
  },
  "shows holders as they were before they were asked": {
    caughtBy: ["claim/held"],
    setup: alteredStore(({ store }) => ({
      claim: async (id, claim, evict, options) => {
        const claimed = await store.claim(id, claim, evict, options);
        if (claimed.kind !== "held") return claimed;
        return { kind: "held", by: claimed.by.map((held) => ({ ...held, wanted: false })) };
      },
    })),
  },
  "asks a completion to let go": {
    caughtBy: ["claim/complete-covers-everything"],
    setup: alteredStore(({ store, data }) => ({
      claim: async (id, claim, evict, options) => {
        const claimed = await store.claim(id, claim, evict, options);
        if (claimed.kind !== "held") return claimed;
        for (const held of claimed.by) data.sessions.get(id)?.claims.set(held.id, { ...held, wanted: true });
        return claimed;
      },
    })),
  },
  "lets a completion begin beside writers": {
    caughtBy: ["claim/complete-covers-everything"],
    setup: alteredStore(({ store }) => ({
      claim: async (id, claim, evict, options) => {
        const writers = (await store.get(id, options))?.claims.filter(({ purpose }) => purpose === "write") ?? [];
        const aside = claim.purpose === "complete" ? writers.map((held) => held.id) : [];
        return store.claim(id, claim, [...evict, ...aside], options);
      },
    })),
  },
  "holds the byte after a claim, too": {
    caughtBy: ["claim/edges"],
    isBroad: true,
    setup: alteredStore(({ store }) => ({
      claim: (id, claim, evict, options) => {
        const range = { ...claim.range, end: claim.range.end + 1 };
        return store.claim(id, claim.purpose === "write" ? { ...claim, range } : claim, evict, options);
      },
    })),
  },
  "grants the empty extent to everybody": {
    caughtBy: ["claim/edges"],
    setup: alteredStore(({ store }) => ({
      claim: async (id, claim, evict, options) => {
        const isEmpty = claim.purpose === "write" && claim.range.start === claim.range.end;
        const claims = (await store.get(id, options))?.claims.filter(({ purpose }) => purpose === "write") ?? [];
        return store.claim(id, claim, isEmpty ? claims.map((held) => held.id) : evict, options);
      },
    })),
  },
  "grants what is stored": {
    caughtBy: ["claim/stored", "claim/evict-with-the-grant-only"],
    setup: alteredStore(({ store, data }) => ({
      claim: async (id, claim, evict, options) => {
        const claimed = await store.claim(id, claim, evict, options);
        if (claimed.kind !== "stored") return claimed;
        data.sessions.get(id)?.claims.set(claim.id, claim);
        return { ...granted, snapshot: claimed.snapshot };
      },
    })),
  },
  "leaves a claim on what is stored": {
    caughtBy: ["claim/stored"],
    setup: alteredStore(({ store, data }) => ({
      claim: async (id, claim, evict, options) => {
        const claimed = await store.claim(id, claim, evict, options);
        if (claimed.kind === "stored") data.sessions.get(id)?.claims.set(claim.id, claim);
        return claimed;
      },
    })),
  },
  "grants over what is stored in another cut": {
    caughtBy: ["claim/range-overlap", "claim/evict-with-the-grant-only"],
    setup: alteredStore(({ store, data }) => ({
      claim: (id, claim, evict, options) =>
        unlessRefused(store.claim(id, claim, evict, options), "RANGE_OVERLAP", async () => {
          const record = data.sessions.get(id);
          record?.claims.set(claim.id, claim);
          const snapshot = await store.get(id, options);
          if (snapshot === null) throw new Error("gone");
          return { ...granted, snapshot };
        }),
    })),
  },
  "looks at receipts before claims": {
    caughtBy: ["claim/held-comes-first", "claim/race", "settle/50-at-once"],
    setup: alteredStore(({ store, data }) => ({
      claim: async (id, claim, evict, options) => {
        const record = data.sessions.get(id);
        const held = [...(record?.claims ?? [])];
        if (claim.purpose === "complete" || record?.claims.has(claim.id)) return store.claim(id, claim, evict, options);
        record?.claims.clear();
        const probe = { ...claim, id: "probe" };
        const found = await store.claim(id, probe, evict, options).finally(() => {
          record?.claims.clear();
          for (const [each, value] of held) record?.claims.set(each, value);
        });
        return found.kind === "stored" ? found : store.claim(id, claim, evict, options);
      },
    })),
  },
  "evicts nobody": {
    caughtBy: ["claim/evict", "claim/evict-with-the-grant-only"],
    setup: alteredStore(({ store }) => ({ claim: (id, claim, _, options) => store.claim(id, claim, [], options) })),
  },
  "evicts without a grant": {
    caughtBy: ["claim/evict-with-the-grant-only"],
    setup: alteredStore(({ store, data }) => ({
      claim: async (id, claim, evict, options) => {
        for (const each of evict) data.sessions.get(id)?.claims.delete(each);
        return store.claim(id, claim, [], options);
      },
    })),
  },
  "forgets with a renewal that the claim is wanted": {
    caughtBy: ["claim/renewed"],
    setup: alteredStore(({ store, data }) => ({
      claim: async (id, claim, evict, options) => {
        const claimed = await store.claim(id, claim, evict, options);
        if (claimed.kind === "granted") data.sessions.get(id)?.claims.set(claim.id, claim);
        return claimed;
      },
    })),
  },
  "does not move a claim that is renewed": {
    caughtBy: ["claim/renewed"],
    setup: alteredStore(({ store, data }) => ({
      claim: async (id, claim, evict, options) => {
        const before = data.sessions.get(id)?.claims.get(claim.id);
        const claimed = await store.claim(id, claim, evict, options);
        if (claimed.kind === "granted" && before !== undefined) data.sessions.get(id)?.claims.set(claim.id, before);
        return claimed;
      },
    })),
  },
  "holds a renewal against its own receipts": {
    caughtBy: ["claim/renewed"],
    setup: alteredStore(({ store, data }) => ({
      claim: async (id, claim, evict, options) => {
        const record = data.sessions.get(id);
        const own = record?.claims.get(claim.id);
        const { start, end } = claim.range;
        const found = record?.receipts.find(({ offset, size }) => offset < end && offset + size > start);
        if (own !== undefined && found !== undefined)
          throw new UploadError("RANGE_OVERLAP", "stored", { range: claim.range });
        return store.claim(id, claim, evict, options);
      },
    })),
  },
  "evicts by the clock": {
    caughtBy: ["claim/overdue-holds"],
    setup: alteredStore(({ store, data }) => ({
      claim: (id, claim, evict, options) => {
        const overdue = [...(data.sessions.get(id)?.claims.values() ?? [])].filter(({ until }) => until < 1_000);
        return store.claim(id, claim, [...evict, ...overdue.map((held) => held.id)], options);
      },
    })),
  },
  "looks at claims first and grants later": {
    caughtBy: ["claim/race"],
    setup: alteredStore(({ store, data }) => ({
      claim: async (id, claim, evict, options) => {
        const claims = data.sessions.get(id)?.claims;
        const isNew = claims?.has(claim.id) === false;
        const looked = store.claim(id, claim, evict, options);
        if (isNew) claims?.delete(claim.id);
        const claimed = await looked;
        if (claimed.kind !== "granted" || !isNew) return claimed;
        await breathe(0);
        claims?.set(claim.id, claim);
        return claimed;
      },
    })),
  },
  "grants a claim and does not show it": {
    caughtBy: ["claim/granted", "claim/state"],
    setup: alteredStore(({ store }) => ({
      claim: async (id, claim, evict, options) => {
        const claimed = await store.claim(id, claim, evict, options);
        return claimed.kind === "granted" ? { ...granted, snapshot: { ...claimed.snapshot, claims: [] } } : claimed;
      },
    })),
  },
  "calls closed what is not there": {
    caughtBy: ["claim/not-found"],
    setup: alteredStore(({ store }) => ({
      claim: (id, claim, evict, options) =>
        unlessRefused(store.claim(id, claim, evict, options), "SESSION_NOT_FOUND", () => {
          throw new UploadError("SESSION_CLOSED", "gone", { id, state: "aborted" });
        }),
    })),
  },
};
