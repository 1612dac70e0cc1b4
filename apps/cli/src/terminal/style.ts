/** How texts look on one terminal. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly waiting: (text: string) => string;
  readonly strong: (text: string) => string;
  /** Marks and bars of one cell each. */
  readonly marks: { readonly done: string; readonly failed: string; readonly full: string; readonly empty: string };
}

type Environment = Readonly<Record<string, string | undefined>>;

const drawn = { done: "✓", failed: "✗", full: "█", empty: "░" };
const typed = { done: "+", failed: "!", full: "#", empty: "." };

/** Colours on a terminal, unless `NO_COLOR` (no-color.org) or a dumb terminal forbids them; lines only where they show. */
export function styleOf(isTerminal: boolean, environment: Environment): Style {
  const { NO_COLOR, TERM, LC_ALL, LC_CTYPE, LANG } = environment;
  const hasColor = isTerminal && !NO_COLOR && TERM !== "dumb";
  const isUnicode = process.platform === "win32" || /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
  const paint =
    (code: number) =>
    (text: string): string =>
      hasColor && text !== "" ? `\u{1b}[${code}m${text}\u{1b}[0m` : text;
  return {
    good: paint(32),
    bad: paint(31),
    faint: paint(2),
    waiting: paint(33),
    strong: paint(1),
    marks: isUnicode ? drawn : typed,
  };
}
