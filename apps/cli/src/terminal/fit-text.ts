import stringWidth from "string-width";

const segmenter = new Intl.Segmenter();
/** What moves the cursor or turns the writing direction must not come out of a file's name. */
const harmful = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

/** A text of strangers (names, messages) on one line, without what a terminal would obey. */
export function plainText(text: string): string {
  return text.replace(harmful, "\u{fffd}");
}

/** Cells that a text takes in a terminal: two for most of Chinese, Japanese, Korean and emoji, colours none. */
export function cellsOf(text: string): number {
  return stringWidth(text);
}

/**
 * A plain text in exactly `cells` cells, padded, or cut: a name in the middle, for names differ at their ends and a type is
 * an end; other texts at the end.
 */
export function fitText(text: string, cells: number, cut: "middle" | "end" = "middle"): string {
  const plain = plainText(text);
  const width = cellsOf(plain);
  if (width <= cells) return plain + " ".repeat(cells - width);
  if (cells < 1) return "";
  const characters = [...segmenter.segment(plain)].map(({ segment }) => segment);
  const tailCells = cut === "end" ? 0 : Math.floor((cells - 1) / 2);
  const tail = take(characters.toReversed(), tailCells).toReversed().join("");
  const head = take(characters, cells - 1 - cellsOf(tail)).join("");
  const short = `${head}…${tail}`;
  // What a terminal makes of neighbours may be narrower than the sum.
  return short + " ".repeat(Math.max(0, cells - cellsOf(short)));
}

function take(characters: readonly string[], cells: number): string[] {
  const taken: string[] = [];
  let left = cells;
  for (const character of characters) {
    left -= cellsOf(character);
    if (left < 0) break;
    taken.push(character);
  }
  return taken;
}
