import { cellsOf, plainText } from "./fit-text.js";

/** Rows under headings, in columns as wide as their widest cell; the last one is not padded. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [headings, ...rows.map((row) => row.map(plainText))];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => cellsOf(row[column] ?? ""))));
  return all.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - cellsOf(cell)))
      .join("  ")
      .trimEnd(),
  );
}
