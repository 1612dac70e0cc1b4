import { expect, test } from "@jest/globals";
import { liveArea } from "../../src/terminal/live-area.js";

/** A terminal as far as our frames need one: it wraps at its width, and wraps anew what it shows when that changes. */
function terminal(columns: number, rows = 24) {
  let text: string[] = [""];
  let [row, column] = [0, 0];
  let isCursorShown = true;
  const set = (at: number, line: string): void => {
    while (text.length <= at) text.push("");
    text[at] = line;
  };
  const type = (character: string): void => {
    if (column === screen.columns) [row, column] = [row + 1, 0];
    const line = (text[row] ?? "").padEnd(column);
    set(row, line.slice(0, column) + character + line.slice(column + 1));
    column += 1;
  };
  const put = (piece: string): void => {
    for (const part of piece.split(/(\n|\r|\p{Cc}\[[?\d]*[a-zA-Z])/u)) {
      const [, count = "", verb = ""] = /^\p{Cc}\[\??(\d*)([a-zA-Z])/u.exec(part) ?? [];
      if (part === "\n") [row, column] = [row + 1, 0];
      else if (part === "\r") column = 0;
      else if (verb === "A") row = Math.max(0, row - Number(count || 1));
      else if (verb === "K") set(row, (text[row] ?? "").slice(0, column));
      else if (verb === "J") text = [...text.slice(0, row), (text[row] ?? "").slice(0, column)];
      else if (count === "25") isCursorShown = verb === "h";
      else if (verb === "") for (const character of part) type(character);
    }
  };
  const screen = {
    columns,
    rows,
    write: put,
    lines: () => text.filter((line) => line !== ""),
    isCursorShown: () => isCursorShown,
    resize: (next: number) => {
      const before = text.slice(0, row);
      text = before.flatMap((line) => line.match(new RegExp(`.{1,${next}}`, "g")) ?? [""]);
      [row, column] = [text.length, 0];
      text.push("");
      screen.columns = next;
    },
  };
  return screen;
}

test("lines change in their place, under those that stay", () => {
  const screen = terminal(20);
  const area = liveArea(screen);
  area.draw(["a 1", "b 1"]);
  expect(screen.isCursorShown()).toBe(false);
  area.draw(["a 2", "b 2"]);
  expect(screen.lines()).toEqual(["a 2", "b 2"]);
  area.print("a done");
  area.draw(["b 3"]);
  expect(screen.lines()).toEqual(["a done", "b 3"]);
  area.close();
  expect(screen.lines()).toEqual(["a done"]);
  expect(screen.isCursorShown()).toBe(true);
});

test("a terminal that became narrower leaves nothing of the wider lines", () => {
  const screen = terminal(30);
  const area = liveArea(screen);
  area.print("kept");
  area.draw(["one".padEnd(29, "."), "two".padEnd(29, ".")]);
  screen.resize(12);
  expect(screen.lines().length).toBe(7);
  area.draw(["one", "two"]);
  expect(screen.lines()).toEqual(["kept", "one", "two"]);
  screen.resize(40);
  area.draw(["three".padEnd(39, ".")]);
  expect(screen.lines()).toEqual(["kept", "three".padEnd(39, ".")]);
});

test("a line that stays may be longer than a row, or just as long", () => {
  const screen = terminal(10);
  const area = liveArea(screen);
  area.draw(["12345678", "12345678"]);
  area.print("abcdefghij");
  area.print("abcdefghijklm");
  area.draw(["1"]);
  expect(screen.lines()).toEqual(["abcdefghij", "abcdefghij", "klm", "1"]);
});

test("more lines than there are rows are left out", () => {
  const screen = terminal(20, 4);
  const area = liveArea(screen);
  area.draw(["1", "2", "3", "4", "5"]);
  area.draw(["1", "2", "3", "4", "6"]);
  expect(screen.lines()).toEqual(["1", "2", "3"]);
});

test("closing twice, and what was never open, writes nothing", () => {
  const written: string[] = [];
  const area = liveArea({ columns: 10, rows: 5, write: (text) => written.push(text) });
  area.close();
  expect(written).toEqual([]);
  area.draw(["x"]);
  area.close();
  const { length } = written;
  area.close();
  expect(written).toHaveLength(length);
});
