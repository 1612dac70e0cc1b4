import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { cellsOf, fitText, plainText } from "../../src/terminal/fit-text.js";

const anyText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom("漢", "字", "a", "🎉", "👨‍👩‍👧‍👦", "🇩🇪", "é", "\u{1b}[2J", "\n", "ก็"))
    .map((parts) => parts.join("")),
);

describe("a text", () => {
  test("takes exactly its cells, whatever it is made of", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 60 }), fc.constantFrom("middle", "end"), (text, cells, cut) => {
        expect(cellsOf(fitText(text, cells, cut as "middle" | "end"))).toBe(cells);
      }),
      { numRuns: 2000 },
    );
  });

  test("that fits is not cut", () => {
    expect(fitText("film.mp4", 10)).toBe("film.mp4  ");
    expect(fitText("漢字", 4)).toBe("漢字");
  });

  test("is cut where it says least", () => {
    expect(fitText("a-very-long-name.tar.gz", 13)).toBe("a-very…tar.gz");
    expect(fitText("a-very-long-name.tar.gz", 13, "end")).toBe("a-very-long-…");
    expect(fitText("這是很長的名字.mp4", 11)).toBe("這是很….mp4");
  });

  test("of a stranger obeys nobody", () => {
    fc.assert(fc.property(anyText, (text) => !/[\p{Cc}\u{202e}]/u.test(plainText(text))));
    expect(plainText("a\u{1b}]0;title\u{7}b\u{202e}c")).toBe("a\u{fffd}]0;title\u{fffd}b\u{fffd}c");
  });
});
