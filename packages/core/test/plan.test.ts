import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { chunkAt, chunkIndexAt, isUploadError, type PartLimits, planChunks } from "../src/index.js";

const limits: fc.Arbitrary<PartLimits> = fc
  .record({
    minSize: fc.integer({ min: 0, max: 1000 }),
    room: fc.integer({ min: 0, max: 5000 }),
    maxCount: fc.integer({ min: 1, max: 50 }),
    multipleOf: fc.integer({ min: 1, max: 64 }),
  })
  .map(({ room, ...rest }) => ({ ...rest, maxSize: rest.minSize + room + 1 }));

describe("planChunks", () => {
  test("stays within the limits and covers the object without gap or overlap, or refuses", () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(5000), limits, (size, wish, given) => {
        let plan;
        try {
          plan = planChunks(size, wish, given);
        } catch (error) {
          expect(isUploadError(error) && error.code).toBe("PLAN_IMPOSSIBLE");
          return;
        }
        expect(plan.count).toBeGreaterThanOrEqual(1);
        expect(plan.count).toBeLessThanOrEqual(given.maxCount);
        let end = 0;
        for (let index = 0; index < plan.count; index++) {
          const range = chunkAt(plan, index);
          expect(range.start).toBe(end);
          const bytes = range.end - range.start;
          expect(bytes).toBeLessThanOrEqual(given.maxSize);
          if (index < plan.count - 1) {
            expect(bytes).toBeGreaterThanOrEqual(given.minSize);
            expect(bytes % (given.multipleOf ?? 1)).toBe(0);
          }
          expect(chunkIndexAt(plan, range.start)).toBe(index);
          end = range.end;
        }
        expect(end).toBe(size);
      }),
      { numRuns: 2000 },
    );
  });

  test("refuses only what no chunk size could do", () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.nat(3000), limits, (size, wish, given) => {
        const step = given.multipleOf ?? 1;
        const largest = Math.floor(given.maxSize / step) * step;
        const fitsInOne = size <= given.maxSize;
        const possible = fitsInOne || (largest >= 1 && largest >= given.minSize && size <= largest * given.maxCount);
        const call = () => planChunks(size, wish, given);
        if (possible) expect(call).not.toThrow();
        else expect(call).toThrow("do not fit");
      }),
      { numRuns: 2000 },
    );
  });

  const wide = { minSize: 1, maxSize: 2 ** 40, maxCount: 10_000 };
  test.each([
    [0, 8, { size: 0, chunkSize: 0, count: 1 }],
    [100, 0, { size: 100, chunkSize: 100, count: 1 }],
    [100, 30, { size: 100, chunkSize: 30, count: 4 }],
    [90, 30, { size: 90, chunkSize: 30, count: 3 }],
    [100_000, 1, { size: 100_000, chunkSize: 10, count: 10_000 }],
  ])("%d bytes wished in chunks of %d", (size, wish, plan) => {
    expect(planChunks(size, wish, wide)).toEqual(plan);
  });
});
