import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { chunkCount, chunkExtent, missingChunks } from "../../src/slave/upload/chunk-extent.js";

const size = fc.integer({ min: 0, max: 5000 });
const chunkSize = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 600 }));

test("the chunks of an upload cover it once, in order, and there is no other", () => {
  fc.assert(
    fc.property(size, chunkSize, (bytes, each) => {
      const count = chunkCount(bytes, each);
      let end = 0;
      for (let index = 0; index < count; index += 1) {
        const extent = chunkExtent(bytes, each, index);
        expect(extent?.start).toBe(end);
        end = extent?.end ?? -1;
      }
      expect(end).toBe(bytes);
      expect(chunkExtent(bytes, each, count)).toBeNull();
      expect(chunkExtent(bytes, each, 9_999_999_999)).toBeNull();
    }),
  );
});

test("missing chunks are those with a missing byte, as ranges that do not touch", () => {
  const cuts = fc.uniqueArray(fc.nat({ max: 5000 }), { maxLength: 20 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), chunkSize, cuts, (bytes, each, places) => {
      const sorted = places.filter((place) => place <= bytes).toSorted((a, b) => a - b);
      const missing = sorted.flatMap((start, at) =>
        at % 2 === 0 && sorted[at + 1] !== undefined ? [{ start, end: sorted[at + 1] ?? 0 }] : [],
      );
      const expected = Array.from({ length: chunkCount(bytes, each) }, (_, index) => index).filter((index) => {
        const extent = chunkExtent(bytes, each, index) ?? { start: 0, end: 0 };
        return missing.some(({ start, end }) => start < extent.end && end > extent.start);
      });
      const ranges = missingChunks(bytes, each, missing);
      const found = ranges.flatMap(([start, end]) => Array.from({ length: end - start }, (_, at) => start + at));
      expect(found).toEqual(expected);
      for (const [at, [start]] of ranges.entries()) if (at > 0) expect(start).toBeGreaterThan(ranges[at - 1]?.[1] ?? 0);
    }),
  );
});

test("the one chunk of an empty upload is missing until it has come", () => {
  expect(missingChunks(0, 10, [])).toEqual([[0, 1]]);
  expect(chunkExtent(0, 10, 0)).toEqual({ start: 0, end: 0 });
  expect(chunkExtent(0, 0, 1)).toBeNull();
});
