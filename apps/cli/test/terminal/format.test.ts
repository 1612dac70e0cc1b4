import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatSize, formatSpeed } from "../../src/terminal/format-size.js";
import { formatTime, formatTimeLeft } from "../../src/terminal/format-time.js";

const factors: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  PiB: 1024 ** 5,
};

describe("a size", () => {
  test.each([
    [0, "0 B"],
    [1, "1 B"],
    [1023, "1023 B"],
    [1024, "1.00 KiB"],
    [1536, "1.50 KiB"],
    [10_239, "10.0 KiB"],
    [1_048_575, "1.00 MiB"],
    [671_088_640, "640 MiB"],
    [1_073_741_824, "1.00 GiB"],
    [Number.MAX_SAFE_INTEGER, "8.00 PiB"],
  ])("of %d bytes is %s", (bytes, text) => expect(formatSize(bytes)).toBe(text));

  test("fits into eight cells, and is right to one in a hundred", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        const text = formatSize(bytes);
        expect(text.length).toBeLessThanOrEqual(8);
        const [, value = "", unit = ""] = /^([\d.]+) (\w+)$/.exec(text) ?? [];
        const read = Number(value) * (factors[unit] ?? NaN);
        expect(Math.abs(read - bytes)).toBeLessThanOrEqual(bytes / 100);
      }),
    );
  });

  test("grows with the bytes", () => {
    const read = (text: string): number => Number(text.split(" ")[0]) * (factors[text.split(" ")[1] ?? ""] ?? NaN);
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (one, other) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        expect(read(formatSize(less))).toBeLessThanOrEqual(read(formatSize(more)));
      }),
    );
  });

  test("for each second is not told before it is known", () => {
    expect(formatSpeed(null)).toBe("");
    expect(formatSpeed(2048)).toBe("2.00 KiB/s");
  });
});

describe("a time", () => {
  test.each([
    [0, "0s"],
    [499, "0s"],
    [59_400, "59s"],
    [59_500, "1m 00s"],
    [125_000, "2m 05s"],
    [3_599_600, "1h 00m"],
    [12_000_000, "3h 20m"],
    [1_051_200_000, "12d 4h"],
    [1e12, "ages"],
  ])("of %d ms is %s", (ms, text) => expect(formatTime(ms)).toBe(text));

  test("fits into seven cells, and loses less than a hundredth beyond a minute", () => {
    const seconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8e11 }), (ms) => {
        const text = formatTime(ms);
        expect(text.length).toBeLessThanOrEqual(7);
        let read = 0;
        for (const [, value, unit] of text.matchAll(/(\d+)([smhd])/g))
          read += Number(value) * seconds[unit as keyof typeof seconds];
        expect(Math.abs(read - ms / 1000)).toBeLessThanOrEqual(0.5 + ms / 1000 / 60);
      }),
    );
  });

  test("that nobody knows is not told", () => {
    expect(formatTimeLeft(1000, null)).toBe("");
    expect(formatTimeLeft(1000, 0)).toBe("");
    expect(formatTimeLeft(0, 10)).toBe("0s");
    expect(formatTimeLeft(600, 10)).toBe("1m 00s");
  });
});
