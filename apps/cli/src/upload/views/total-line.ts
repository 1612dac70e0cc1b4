import { fitText } from "../../terminal/fit-text.js";
import { formatSize, formatSpeed } from "../../terminal/format-size.js";
import { formatTimeLeft } from "../../terminal/format-time.js";

/** Of all files of a command. Sizes in bytes, speed in bytes for each second (`null`: not known). */
export interface TotalFacts {
  readonly settled: number;
  readonly files: number;
  readonly sent: number;
  readonly size: number;
  readonly speed: number | null;
}

/** One line of at most `columns` cells: files, bytes, time left, speed. What does not fit goes, the last one first. */
export function totalLine({ settled, files, sent, size, speed }: TotalFacts, columns: number): string {
  const left = formatTimeLeft(size - sent, speed);
  const parts = [`${settled} of ${files} files`, `${formatSize(sent)} of ${formatSize(size)}`];
  if (left !== "") parts.push(`${left} left`);
  if (speed !== null) parts.push(formatSpeed(speed));
  while (parts.length > 1 && parts.join(", ").length > columns) parts.pop();
  return fitText(parts.join(", "), columns, "end").trimEnd();
}
