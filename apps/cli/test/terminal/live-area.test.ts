import { expect, test } from "@jest/globals";
import { liveArea } from "../../src/terminal/live-area.js";

/** A terminal as far as our frames need one: it wraps at its width, and wraps anew what it shows when that changes. */
function terminal(columns: number, rows = 24) {
  let text: string[] = [""];
  let row = 0;
  let isCursorShown = true;
  const put = (piece: string): void => {
    for (const part of piece.split(/(\n|\r|\p{Cc}\[[?\d]*[a-zA-Z])/u)) {
      if (part === "\n") {
        row += 1;
        text[row] ??= "";
      } else if (part.startsWith("\u{1b}")) {
        const [, count = "", verb = ""] = /\[\??(\d*)([a-zA-Z])/.exec(part) ?? [];
        if (verb === "A") row = Math.max(0, row - Number(count || 1));
        if (verb === "J") text = [...text.slice(0, row), ""];
        if (part === "\u{1b}[?25l") isCursorShown = false;
        if (part === "\u{1b}[?25h") isCursorShown = true;
      } else if (part !== "\r" && part !== "") {
        text[row] = part.slice(0, screen.columns);
        for (let at = screen.columns; at < part.length; at += screen.columns)
          text[(row += 1)] = part.slice(at, at + screen.columns);
      }
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
      row = text.length;
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
