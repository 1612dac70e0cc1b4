import { cellsOf } from "./fit-text.js";

/** As much of `process.stdout` as it takes. */
export interface Screen {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Lines at the bottom of a terminal that change, below those that stay. */
export interface LiveArea {
  /** Lines must not be wider than `columns`; those that do not fit in height are left out, the first ones stay. */
  draw(lines: readonly string[]): void;
  /** A line that stays, above. */
  print(line: string): void;
  /** The changing lines vanish and the cursor comes back. Idempotent. */
  close(): void;
  /** Of now: the user may change it. */
  readonly columns: number;
}

const escape = "\u{1b}[";
const [hideCursor, showCursor] = [`${escape}?25l`, `${escape}?25h`];
/** A terminal that knows these shows a frame when it is whole; others pass over them. */
const [frameStart, frameEnd] = [`${escape}?2026h`, `${escape}?2026l`];
const [eraseRight, eraseBelow] = [`${escape}K`, `${escape}J`];

/** One at a time for each terminal. */
export function liveArea(screen: Screen): LiveArea {
  const columns = (): number => screen.columns ?? 80;
  let shown: readonly string[] = [];
  let isOpen = false;
  /** A terminal that has become narrower has wrapped what was shown, so its rows are counted anew. */
  const back = (): string => {
    const rows = shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(cellsOf(line) / columns())), 0);
    return rows === 0 ? "\r" : `\r${escape}${Math.min(rows, (screen.rows ?? 24) - 1)}A`;
  };
  /** Row by row: tmux takes a screen that is erased as a whole for one to be kept in its history. */
  const row = (line: string): string => {
    const cells = cellsOf(line);
    // Right after its last column, a terminal would erase that one.
    return line + (cells > 0 && cells % columns() === 0 ? "" : eraseRight) + "\n";
  };
  const show = (above: readonly string[], lines: readonly string[]): void => {
    const start = isOpen ? "" : hideCursor;
    isOpen = true;
    screen.write(frameStart + start + back() + [...above, ...lines].map(row).join("") + eraseBelow + frameEnd);
    shown = lines;
  };
  return {
    draw: (lines) => {
      const fitting = lines.slice(0, Math.max(1, (screen.rows ?? 24) - 1));
      if (!isOpen || fitting.join("\n") !== shown.join("\n")) show([], fitting);
    },
    print: (line) => show([line], shown),
    close: () => {
      if (!isOpen) return;
      show([], []);
      screen.write(showCursor);
      isOpen = false;
    },
    get columns() {
      return columns();
    },
  };
}
