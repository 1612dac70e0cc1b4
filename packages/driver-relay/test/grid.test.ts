import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { DriverCapabilities, PartLimits } from "@stowage/core";
import { cellAt, cellsOf, type Grid } from "../src/grid/grid.js";
import { makeGrid } from "../src/grid/make-grid.js";
import { parseHandle, printHandle } from "../src/handle.js";
import { parseToken, printToken, type Segment } from "../src/token.js";

const mebibyte = 1024 * 1024;
const wish = { cell: 8 * mebibyte, unknownSize: 262_144 * mebibyte };

function capabilities(part: PartLimits): DriverCapabilities {
  return { ordering: { kind: "any", maxParallel: 4 }, part, deferredSize: true };
}

const limits = fc
  .record({
    minSize: fc.integer({ min: 0, max: 2_000 }),
    room: fc.integer({ min: 0, max: 20_000 }),
    maxCount: fc.integer({ min: 1, max: 200 }),
    multipleOf: fc.constantFrom(1, 7, 320),
    uniform: fc.boolean(),
  })
  .map(({ room, ...part }) => ({
    ...part,
    maxSize: Math.ceil((part.minSize + room + 1) / part.multipleOf) * part.multipleOf,
  }));

function checkCells(grid: Grid, size: number, part: PartLimits): void {
  const cells = cellsOf(grid, size);
  expect(cells.length).toBeLessThanOrEqual(part.maxCount);
  let at = 0;
  for (const [index, cell] of cells.entries()) {
    expect([cell.index, cell.start]).toEqual([index, at]);
    for (const offset of [cell.start, cell.end - 1]) expect(cellAt(grid, size, offset)).toEqual(cell);
    const length = cell.end - cell.start;
    expect(length).toBeLessThanOrEqual(part.maxSize);
    if (index < cells.length - 1) {
      expect(length).toBeGreaterThanOrEqual(part.minSize);
      expect(length % (part.multipleOf ?? 1)).toBe(0);
      if (part.uniform === true) expect(length).toBe((cells[0]?.end ?? 0) - (cells[0]?.start ?? 0));
    }
    at = cell.end;
  }
  expect(at).toBe(size);
}

describe("a grid", () => {
  test("lays an object of unknown length on parts within any limits", () => {
    fc.assert(
      fc.property(
        limits,
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 5_000 }),
        (part, size, cell) => {
          const grid = makeGrid(null, { cell, unknownSize: 100_000 }, capabilities(part));
          const isRoom = (() => {
            try {
              return cellAt(grid, null, size - 1).end >= size;
            } catch {
              return false;
            }
          })();
          if (isRoom) checkCells(grid, size, part);
        },
      ),
    );
  });

  test("lays an object of known length on as few parts as it may", () => {
    fc.assert(
      fc.property(
        limits,
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 5_000 }),
        (part, size, cell) => {
          fc.pre(size <= Math.floor(part.maxSize / part.multipleOf) * part.multipleOf * part.maxCount);
          checkCells(makeGrid(size, { cell, unknownSize: 1 }, capabilities(part)), size, part);
        },
      ),
    );
  });

  test("has room for 24 TB at S3, and for 256 GiB in parts of one size", () => {
    const s3 = { minSize: 5 * mebibyte, maxSize: 5_120 * mebibyte, maxCount: 10_000 };
    const growing = makeGrid(null, wish, capabilities(s3));
    expect(cellAt(growing, null, 0).end).toBe(8 * mebibyte);
    expect(cellAt(growing, null, 24 * 1_000 ** 4).index).toBeLessThan(10_000);
    const uniform = makeGrid(null, wish, capabilities({ ...s3, uniform: true }));
    expect(cellAt(uniform, null, 256 * 1024 * mebibyte - 1).index).toBe(9_999);
    const beyond = (): unknown => cellAt(uniform, null, 257 * 1024 * mebibyte);
    expect(beyond).toThrow(expect.objectContaining({ code: "OBJECT_TOO_LARGE" }));
  });

  test("is the same after a round trip through the database", () => {
    for (const size of [0, 1, 20 * mebibyte, null])
      for (const deferredSize of [true, false]) {
        const grid = makeGrid(size, wish, {
          ...capabilities({ minSize: 1, maxSize: 2 ** 40, maxCount: 100 }),
          deferredSize,
        });
        const handle = { version: 1, grid, inner: { any: ["json"] }, epoch: "0" } as const;
        expect(parseHandle(JSON.parse(JSON.stringify(printHandle(handle))))).toEqual(handle);
      }
  });
});

describe("a handle", () => {
  test.each([
    { kind: "even", size: 5, chunkSize: 0, count: 1 },
    { kind: "even", size: 10, chunkSize: 3, count: 1 },
    { kind: "even", size: 10, chunkSize: 3, count: 0 },
    { kind: "growing", perStep: 0, sizes: [1] },
    { kind: "growing", perStep: 1, sizes: [0] },
    { kind: "growing", perStep: 1, sizes: [] },
  ])("whose grid leads nowhere is refused: %p", (grid) => {
    const parse = (): unknown => parseHandle({ version: 1, epoch: "0", inner: {}, grid });
    expect(parse).toThrow(expect.objectContaining({ code: "BACKEND_LOST_UPLOAD" }));
  });
});

describe("a token", () => {
  const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  const segment: fc.Arbitrary<Segment> = fc.oneof(
    count.map((size) => ({ kind: "piece", size: size + 1 }) as const).filter(({ size }) => Number.isSafeInteger(size)),
    fc.record({ kind: fc.constant("part" as const), cell: count, token: fc.string() }),
  );

  test("says what it was made of", () => {
    const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
    fc.assert(
      fc.property(hex, hex, fc.array(segment), (spool, piece, segments) => {
        expect(parseToken(printToken({ spool, piece, segments }))).toEqual({ spool, piece, segments });
      }),
    );
  });

  test("that is none of ours is refused, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const parse = (): unknown => parseToken(text);
          expect(parse).toThrow(expect.objectContaining({ code: "BACKEND_LOST_UPLOAD" }));
        },
      ),
    );
    for (const path of ["../up", "a/b", "%2e"]) {
      const parse = (): unknown => parseToken(JSON.stringify([1, "spool", path, [1]]));
      expect(parse).toThrow(expect.objectContaining({ code: "BACKEND_LOST_UPLOAD" }));
    }
  });
});
