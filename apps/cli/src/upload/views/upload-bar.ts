import { cellsOf, fitText } from "../../terminal/fit-text.js";
import { formatSpeed } from "../../terminal/format-size.js";
import { formatTimeLeft } from "../../terminal/format-time.js";
import type { Style } from "../../terminal/style.js";

/** What a bar shows. Sizes in bytes, speed in bytes for each second (`null`: not known). */
export interface BarFacts {
  readonly name: string;
  readonly sent: number;
  readonly size: number;
  readonly speed: number | null;
  /** In the place of speed and time left: `again in 3s: no answer`. */
  readonly note: string | null;
}

const speedCells = 10;
const leftCells = 7;
const percentCells = 4;
const widestName = 40;
const widestBar = 30;
/** A shorter bar says no more than the percentage. */
const leastBar = 6;
/** Below, there is no room for a speed. */
const wide = 60;

/**
 * One line of exactly `columns` cells, colours not counted, from 20 of them on: name, percentage, bar, speed, time left. What
 * does not fit goes, the speed first and the bar next.
 */
export function uploadBar({ name, sent, size, speed, note }: BarFacts, columns: number, style: Style): string {
  const share = size === 0 ? 1 : Math.min(1, sent / size);
  // 100 is said when everything is there, not before.
  const percent = `${sent >= size ? 100 : Math.min(99, Math.floor(share * 100))}%`.padStart(percentCells);
  const isWide = columns >= wide;
  const usual = isWide ? speedCells + 2 + leftCells : leftCells + 2;
  const tailCells = note === null ? usual : Math.min(Math.max(cellsOf(note), usual), Math.floor(columns / 2));
  const rest = columns - percentCells - tailCells - 3;
  // A note says more than a bar.
  const nameShare = isWide ? 0.6 : note === null || cellsOf(note) <= usual ? 0.5 : 1;
  const nameCells = Math.min(widestName, Math.floor(rest * nameShare));
  const barCells = Math.min(widestBar, rest - nameCells - 1);
  const bar = barCells < leastBar ? "" : ` ${drawBar(share, barCells, style)}`;
  const free = columns - nameCells - percentCells - 3 - (bar === "" ? 0 : barCells + 1);
  const tail = note === null ? speedAndLeft(size - sent, speed, isWide) : note;
  const shown = fitText(tail, free, "end");
  return `${fitText(name, nameCells)} ${percent}${bar}  ${note === null ? shown : style.waiting(shown)}`;
}

function speedAndLeft(left: number, speed: number | null, isWide: boolean): string {
  const time = formatTimeLeft(left, speed);
  return !isWide ? time : `${formatSpeed(speed).padStart(speedCells)}  ${time.padStart(leftCells)}`;
}

function drawBar(share: number, cells: number, { marks, good, faint }: Style): string {
  const full = Math.floor(share * cells);
  return good(marks.full.repeat(full)) + faint(marks.empty.repeat(cells - full));
}
