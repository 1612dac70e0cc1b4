import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseDuration } from "../../src/config/duration.js";
import { parseSize } from "../../src/config/size.js";

describe("sizes", () => {
  test.each([
    ["0", 0],
    ["4096", 4096],
    ["16 MiB", 16 * 1024 ** 2],
    ["16MiB", 16 * 1024 ** 2],
    ["1.5 GB", 1_500_000_000],
    ["1.5 kib", 1536],
    ["1 b", 1],
    [" 2 TB ", 2e12],
    ["7.999999999 PB", 7_999_999_999_000_000],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ])("%j", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    "",
    "MiB",
    "16M",
    "16 mb/s",
    "-1",
    "+1",
    "1e3",
    "0x10",
    "1,5 GB",
    "1 .5 GB",
    ".5 GB",
    "5. GB",
    "NaN",
    "Infinity",
    "1.5",
    "1.0001 KiB",
    "9007199254740992",
    "9 PiB",
    "1 i",
    "1 ib",
    "1  MB",
    "１ MB",
    `${"9".repeat(21)}`,
  ])("%j is none", (text) => {
    expect(parseSize(text)).toBeNull();
  });

  test("any whole number of bytes comes back, in any unit that holds it", () => {
    const units = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
    const unit = fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[]));
    fc.assert(
      fc.property(fc.nat(8_000_000), unit, (count, name) => {
        expect(parseSize(`${count} ${name}`)).toBe(count * units[name]);
        expect(parseSize(`${count}${name.toUpperCase()}`)).toBe(count * units[name]);
      }),
    );
  });

  test("decimal places are exact", () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 0, max: 999_999_999 }), (whole, fraction) => {
        const text = `${whole}.${String(fraction).padStart(9, "0")} GB`;
        expect(parseSize(text)).toBe(whole * 1e9 + fraction);
      }),
    );
  });

  test("no text throws, and what is taken is a whole number that fits", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.]{0,25} ?[kKmMiIbB]{0,3}$/));
    fc.assert(
      fc.property(text, (given) => {
        const bytes = parseSize(given);
        expect(bytes === null || (Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("durations", () => {
  test.each([
    ["500ms", 500],
    ["90s", 90_000],
    ["24h", 86_400_000],
    ["1d12h", 129_600_000],
    ["1d 12h", 129_600_000],
    ["1.5h", 5_400_000],
    ["2w", 1_209_600_000],
    ["5 m", 300_000],
    ["1m1ms", 60_001],
    ["0s", 0],
  ])("%j", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    "",
    " ",
    "24",
    "h",
    "12h1d",
    "1h1h",
    "1 day",
    "-1s",
    "1e3s",
    "0.5ms",
    "1.0001s",
    "1M",
    "1h,",
    "1hx",
    "1y",
    `${"9".repeat(18)}d`,
  ])("%j is none", (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  test("units add up", () => {
    const units = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000, 1];
    const names = ["w", "d", "h", "m", "s", "ms"];
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 6, maxLength: 6 }), fc.boolean(), (counts, isSpaced) => {
        const text = counts.map((count, index) => `${count}${names[index]}`).join(isSpaced ? " " : "");
        expect(parseDuration(text)).toBe(counts.reduce((sum, count, index) => sum + count * (units[index] ?? 0), 0));
      }),
    );
  });

  test("no text throws, and what is taken is a whole number that fits", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^([0-9.]{1,6} ?(ms|[smhdw])? ?){0,4}$/));
    fc.assert(
      fc.property(text, (given) => {
        const ms = parseDuration(given);
        expect(ms === null || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
