import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { cellsOf } from "../../src/terminal/fit-text.js";
import { styleOf } from "../../src/terminal/style.js";
import { totalLine } from "../../src/upload/views/total-line.js";
import { uploadBar } from "../../src/upload/views/upload-bar.js";

const plain = styleOf(false, { LANG: "C.UTF-8" });
const half = { name: "film.mp4", sent: 50 * 2 ** 20, size: 100 * 2 ** 20, speed: 2 ** 20, note: null };

describe("a bar", () => {
  test("has exactly the cells it may have, whatever is in it", () => {
    const facts = fc.record({
      name: fc.string({ unit: "grapheme", maxLength: 80 }),
      sent: fc.maxSafeNat(),
      size: fc.maxSafeNat(),
      speed: fc.option(fc.double({ min: 0, max: 1e15, noNaN: true })),
      note: fc.option(fc.string({ unit: "grapheme", maxLength: 80 })),
    });
    fc.assert(
      fc.property(facts, fc.integer({ min: 20, max: 250 }), (given, columns) => {
        expect(cellsOf(uploadBar(given, columns, plain))).toBe(columns);
      }),
      { numRuns: 2000 },
    );
  });

  test("tells name, share, speed and time left", () => {
    expect(uploadBar(half, 79, plain)).toBe(
      "film.mp4                         50% ██████████░░░░░░░░░░░  1.00 MiB/s      50s",
    );
  });

  test("tells less where there is little room", () => {
    expect(uploadBar(half, 39, plain)).toBe("film.mp4     50% █████░░░░░░  50s      ");
    const waiting = { ...half, note: "again in 8s: no answer (ECONNREFUSED)" };
    expect(uploadBar(waiting, 39, plain)).toBe("film.mp4       50%  again in 8s: no an…");
    expect(uploadBar(waiting, 79, plain)).toContain("again in 8s: no answer (ECONNREFUSED)");
  });

  test("says 100 when everything is there, and not before", () => {
    expect(uploadBar({ ...half, sent: half.size - 1 }, 79, plain)).toContain(" 99%");
    expect(uploadBar({ ...half, sent: half.size }, 79, plain)).toContain("100%");
    expect(uploadBar({ ...half, sent: 0, size: 0 }, 79, plain)).toContain("100%");
  });
});

describe("colours and signs", () => {
  test.each([
    [{ LANG: "de_DE.UTF-8" }, true],
    [{ LANG: "de_DE.UTF-8", NO_COLOR: "1" }, false],
    [{ LANG: "de_DE.UTF-8", TERM: "dumb" }, false],
  ])("%j: colours %s", (environment, isColored) => {
    expect(uploadBar(half, 79, styleOf(true, environment)).includes("\u{1b}[")).toBe(isColored);
    expect(uploadBar(half, 79, styleOf(false, environment))).not.toContain("\u{1b}[");
  });

  test("a terminal that is not told to know UTF-8 gets ASCII", () => {
    expect(uploadBar(half, 79, styleOf(false, { LC_ALL: "C", LANG: "de_DE.UTF-8" }))).toContain("##########....");
  });
});

test("the line for all files fits, and tells what matters most first", () => {
  const facts = { settled: 3, files: 12, sent: 2 ** 30, size: 2 ** 31, speed: 2 ** 20 };
  expect(totalLine(facts, 79)).toBe("3 of 12 files, 1.00 GiB of 2.00 GiB, 17m 04s left, 1.00 MiB/s");
  expect(totalLine(facts, 39)).toBe("3 of 12 files, 1.00 GiB of 2.00 GiB");
  fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), (columns) => totalLine(facts, columns).length <= columns));
});
