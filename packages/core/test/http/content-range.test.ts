import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseContentRange, printContentRange } from "../../src/http/index.js";

const most = Number.MAX_SAFE_INTEGER;

test.each([
  ["bytes 0-4/10", { kind: "range", range: { start: 0, end: 5 }, size: 10 }],
  ["bytes 300-5000/20000", { kind: "range", range: { start: 300, end: 5001 }, size: 20_000 }],
  ["bytes 0-0/1", { kind: "range", range: { start: 0, end: 1 }, size: 1 }],
  ["bytes 0-4/*", { kind: "range", range: { start: 0, end: 5 }, size: null }],
  ["Bytes  0-4/10", { kind: "range", range: { start: 0, end: 5 }, size: 10 }],
  [" bytes 0-4/10 ", { kind: "range", range: { start: 0, end: 5 }, size: 10 }],
  ["bytes 007-9/10", { kind: "range", range: { start: 7, end: 10 }, size: 10 }],
  ["bytes */10", { kind: "unsatisfied", size: 10 }],
  ["bytes */0", { kind: "unsatisfied", size: 0 }],
  [`bytes 0-${most - 1}/${most}`, { kind: "range", range: { start: 0, end: most }, size: most }],
])("%s", (value, expected) => {
  expect(parseContentRange(value)).toEqual(expected);
});

test.each([
  "",
  "bytes",
  "bytes 0-4",
  "bytes 0-4/",
  "bytes /10",
  "bytes */*",
  "bytes 4-0/10",
  "bytes 0-10/10",
  "bytes 0-0/0",
  "bytes -4/10",
  "bytes 0-/10",
  "bytes 0 - 4/10",
  "bytes=0-4/10",
  "bytes 0-4/10, bytes 5-9/10",
  "bytes +0-4/10",
  "bytes 0x0-4/10",
  "bytes 1e3-2e3/1e4",
  "items 0-4/10",
  `bytes 0-${most}/*`,
  "bytes 0-4/9007199254740992",
  "bytes 9007199254740992-9007199254740993/*",
  `bytes 0-4/${"9".repeat(400)}`,
])("%s is refused", (value) => {
  expect(parseContentRange(value)).toBeNull();
});

const range = fc
  .tuple(fc.maxSafeNat(), fc.maxSafeNat())
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));

test("what is printed is read back", () => {
  fc.assert(
    fc.property(range, fc.option(fc.maxSafeNat()), (given, more) => {
      const size = more === null ? null : Math.min(most, given.end + more);
      const value = { kind: "range", range: given, size } as const;
      expect(parseContentRange(printContentRange(value))).toEqual(value);
    }),
  );
});

test("what is read is whole, inside its size, and prints as the same range", () => {
  const text = fc.stringMatching(/^bytes \d{0,17}-?\d{0,17}\/(\d{0,17}|\*)$/);
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        fc.string(),
        fc.string().map((tail) => `bytes ${tail}`),
      ),
      (value) => {
        const read = parseContentRange(value);
        if (read === null) return;
        if (read.kind === "range") {
          const { start, end } = read.range;
          expect([start, end].every(Number.isSafeInteger) && start >= 0 && start < end).toBe(true);
          expect(read.size === null || end <= read.size).toBe(true);
        }
        expect(parseContentRange(printContentRange(read))).toEqual(read);
      },
    ),
    { numRuns: 2_000 },
  );
});
