import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { docx, pdf, png } from "./samples.js";
import { complete, openSite, readFile, sendAll, sendChunk } from "./site.js";
import type { TestSite } from "./site.js";

let site: TestSite;
beforeAll(() => {
  site = openSite();
});
afterAll(() => site.close());

const files = [
  { kind: "image", whole: png(64) },
  { kind: "document", whole: pdf(20_000) },
  { kind: "document", whole: docx(20_000) },
] as const;

/** Where chunks end; any place will do, the first byte too. */
function cutsOf(size: number): fc.Arbitrary<readonly number[]> {
  return fc
    .uniqueArray(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: size - 1 })), { maxLength: 8 })
    .map((cuts) => [...cuts.sort((a, b) => a - b), size]);
}

test("a file in any cut, chunks repeated, ids before or behind, is the file", async () => {
  const any = fc.constantFrom(...files).chain((file) =>
    fc.record({
      file: fc.constant(file),
      ends: cutsOf(file.whole.length),
      again: fc.infiniteStream(fc.boolean()),
      idLast: fc.boolean(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(any, async ({ file: { kind, whole }, ends, again, idLast }) => {
      let id = "";
      let start = 0;
      for (const end of ends) {
        const send = (): ReturnType<typeof sendChunk> =>
          sendChunk(site, whole, start, end, { kind, idLast, ...(id === "" ? {} : { id }) });
        const reply = await send();
        expect(reply).toMatchObject({ status: 201, data: { offset: String(end) } });
        id = reply.data.upload_id;
        if (again.next().value) expect((await send()).data.offset).toBe(String(end));
        start = end;
      }
      const done = await complete(site, id);
      expect(done).toMatchObject({ status: 200, data: { size: whole.length, type: kind } });
      expect((await readFile(site, done.data.id)).equals(whole)).toBe(true);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test("ranges that leave a gap or overlap are refused, wherever they come", async () => {
  const { whole } = files[0];
  const size = whole.length;
  const any = fc.record({
    next: fc.integer({ min: 4100, max: size - 2 }),
    a: fc.integer({ min: 0, max: size - 1 }),
    b: fc.integer({ min: 1, max: size }),
  });
  await fc.assert(
    fc.asyncProperty(any, async ({ next, a, b }) => {
      const [start, end] = a < b ? [a, b] : [b - 1, a + 1];
      fc.pre(start !== next && !(start === 0 && end === next));
      const id = await sendAll(site, whole, {}, [next]);
      const reply = await sendChunk(site, whole, start, end, { id });
      expect(reply).toMatchObject({ data: { error: { offset: String(next) } } });
      expect([409, 416]).toContain(reply.status);
      expect(await complete(site, id)).toMatchObject({ status: 409, data: { error: { offset: String(next) } } });
      expect((await sendChunk(site, whole, next, size, { id })).status).toBe(201);
    }),
    { numRuns: 150 },
  );
}, 60_000);
