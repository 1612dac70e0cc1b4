import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { isUploadError, type UploadSession } from "../../src/index.js";
import { memoryData, type MemoryStore, memoryStore } from "../../src/memory/index.js";

const options = { signal: new AbortController().signal };
const size = 40;

const session = (id: string): UploadSession => ({
  id,
  revision: 0,
  owner: "alice",
  policyId: "memory",
  driver: "memory",
  protocol: "test",
  wire: null,
  transfer: "through",
  target: { sessionId: id, key: id, size, plan: null, contentType: "", metadata: {}, expiresAt: 9 },
  sizeLimit: size,
  entry: null,
  completion: "when-full",
  createdAt: 0,
  expiresAt: 9,
  dueAt: 9,
  state: "open",
  handle: null,
});

type Step =
  | {
      readonly do: "claim";
      readonly who: number;
      readonly start: number;
      readonly length: number;
      readonly evicts: boolean;
    }
  | { readonly do: "settle"; readonly who: number; readonly share: number; readonly keeps: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("claim" as const),
    who: fc.nat(3),
    start: fc.nat(size - 1),
    length: fc.integer({ min: 1, max: 12 }),
    evicts: fc.boolean(),
  }),
  fc.record({
    do: fc.constant("settle" as const),
    who: fc.nat(3),
    share: fc.integer({ min: 1, max: 3 }),
    keeps: fc.boolean(),
  }),
);

/** One call as an engine makes it: a writer settles from the beginning of what it holds. */
async function act(store: MemoryStore, next: Step): Promise<void> {
  const snapshot = await store.get("s", options);
  const id = `writer-${next.who}`;
  if (next.do === "claim") {
    const range = { start: next.start, end: Math.min(next.start + next.length, size) };
    const evict = next.evicts ? (snapshot?.claims ?? []).map((held) => held.id).filter((held) => held !== id) : [];
    if (snapshot?.claims.some((held) => held.id === id) === true)
      await store.settle("s", id, null, { keepClaim: false, expiresAt: 9, completionDueAt: 9 }, options);
    await store.claim("s", { id, purpose: "write", range, wanted: false, until: 1 }, evict, options);
    return;
  }
  const held = snapshot?.claims.find((claim) => claim.id === id);
  const { start, end } = held?.range ?? { start: 0, end: 1 };
  const receipt = { offset: start, size: Math.ceil((end - start) / next.share), token: id };
  await store.settle("s", id, receipt, { keepClaim: next.keeps, expiresAt: 9, completionDueAt: 9 }, options);
}

/** I1 and I4, whatever the order of calls: one receipt for a byte, one claim for a byte, and a counter that is right. */
async function checkInvariants(store: MemoryStore): Promise<void> {
  const snapshot = await store.get("s", options);
  const receipts = await store.receipts("s", options);
  const claims = (snapshot?.claims ?? []).map(({ range }) => range).sort((a, b) => a.start - b.start);
  for (const extents of [receipts.map(({ offset, size: length }) => ({ start: offset, end: offset + length })), claims])
    for (const [at, { start }] of extents.entries()) expect(start).toBeGreaterThanOrEqual(extents[at - 1]?.end ?? 0);
  const received = receipts.reduce((sum, receipt) => sum + receipt.size, 0);
  expect(snapshot?.received).toBe(received);
  expect(snapshot?.session.state).toBe(received === size ? "completing" : "open");
}

test("receipts and claims stay disjoint through any calls, and the last byte makes it completing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const store = memoryStore();
      await store.insert(session("s"), size, options);
      for (const next of steps) {
        await act(store, next).catch((error: unknown) => {
          if (!isUploadError(error)) throw error;
        });
        await checkInvariants(store);
      }
    }),
    { numRuns: 200 },
  );
});

test("stores over the same data are one store, also after one of them is closed", async () => {
  const data = memoryData();
  const [one, two] = [memoryStore({ data }), memoryStore({ data })];
  const woken = two.changed("s", options);
  await one.insert(session("s"), size, options);
  await woken;
  await one.close();
  expect((await two.get("s", options))?.session).toEqual(session("s"));
  expect(await memoryStore().get("s", options)).toBeNull();
});

test("a revision that is not the next is to be looked at before it is tried again", async () => {
  const store = memoryStore();
  await store.insert(session("s"), Number.MAX_SAFE_INTEGER, options);
  const late = store.replace({ ...session("s"), revision: 2 }, Number.MAX_SAFE_INTEGER, options);
  await expect(late).rejects.toMatchObject({ code: "REVISION_CONFLICT", retry: "after-probe" });
});
