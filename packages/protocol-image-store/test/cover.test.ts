import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { content, expected, guid, openSite, sendChunk, sessionCall } from "./site.js";
import type { TestSite } from "./site.js";

let site: TestSite;
let sessions = 0x1000;
beforeAll(() => {
  site = openSite();
});
afterAll(() => site.close());

type Cut = readonly [number, number];

/** A file's size and how it is cut: places between 0 and 1 that become offsets. */
const cuts = fc
  .record({
    size: fc.integer({ min: 1, max: 3_000 }),
    places: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
  })
  .map(({ size, places }) => {
    const ends = [...new Set([...places.map((place) => Math.floor(place * size)), 0, size])].toSorted((a, b) => a - b);
    const ranges: readonly Cut[] = ends.slice(1).map((end, index) => [ends[index] ?? 0, end]);
    return { size, ranges };
  });

/** The ranges in another order, some twice or three times, in batches that are sent at the same moment. */
const shuffled = cuts.chain(({ size, ranges }) =>
  fc
    .record({
      again: fc.array(fc.integer({ min: 0, max: ranges.length - 1 }), { maxLength: 6 }),
      keys: fc.array(fc.integer(), { minLength: ranges.length + 6, maxLength: ranges.length + 6 }),
      batch: fc.integer({ min: 1, max: 8 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
    })
    .map(({ again, keys, batch, seed }) => {
      const sent = [...ranges, ...again.map((index) => ranges[index] ?? ([0, size] as Cut))];
      const order = sent.map((cut, index) => ({ cut, key: keys[index] ?? 0 })).toSorted((a, b) => a.key - b.key);
      return { size, ranges, order: order.map(({ cut }) => cut), batch, seed };
    }),
);

async function sendAll(path: string, id: string, whole: Buffer, order: readonly Cut[], batch: number): Promise<void> {
  for (let at = 0; at < order.length; at += batch) {
    const replies = await Promise.all(order.slice(at, at + batch).map((cut) => sendChunk(site, path, id, whole, cut)));
    // Who is overtaken by a newer request for the same bytes, or has to wait too long for one, asks again.
    for (const [index, { status, text }] of replies.entries()) {
      const cut = order[at + index];
      if (status === 200 || cut === undefined) continue;
      expect([status, text]).toEqual([expect.any(Number), expect.stringMatching(/E_ABORT|TOO_BUSY/)]);
      expect((await sendChunk(site, path, id, whole, cut)).status).toBe(200);
    }
  }
}

test("ranges that cover a file make it, however they are cut, shuffled, repeated and sent side by side", async () => {
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ size, order, batch, seed }) => {
      const [id, path, whole] = [guid((sessions += 1)), `cover/${sessions}`, content(size, seed)];
      await sendAll(path, id, whole, order, batch);
      expect(await expected(site, id)).toEqual([]);
      expect((await sessionCall(site, "Commit", id)).status).toBe(200);
      expect((await site.read(`/${path}`))?.equals(whole)).toBe(true);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test("ranges that leave a gap make nothing, and the gaps are told", async () => {
  const gappy = shuffled
    .filter(({ ranges }) => ranges.length > 1)
    .chain((layout) =>
      fc.integer({ min: 0, max: layout.ranges.length - 1 }).map((missing) => ({ ...layout, missing })),
    );
  await fc.assert(
    fc.asyncProperty(gappy, async ({ size, ranges, order, batch, seed, missing }) => {
      const [id, path, whole] = [guid((sessions += 1)), `gap/${sessions}`, content(size, seed)];
      const [start, end] = ranges[missing] ?? [0, 0];
      await sendAll(
        path,
        id,
        whole,
        order.filter(([from]) => from !== start),
        batch,
      );
      const reply = await sessionCall(site, "Commit", id);
      expect(reply).toMatchObject({ status: 400, code: "E_INVALIDARG" });
      expect(reply.text).toContain(`${start}-${end - 1}`);
      expect(await expected(site, id)).toEqual([[start, end]]);
      expect(await site.read(`/${path}`)).toBeNull();
    }),
    { numRuns: 200 },
  );
}, 60_000);
