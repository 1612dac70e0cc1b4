import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellsOf } from "../../src/terminal/fit-text.js";
import { killAll, main, runCli } from "../processes/cli-process.js";
import { cuttingProxy } from "../processes/cutting-proxy.js";
import { startServe } from "../processes/gateway.js";
import { writeRandomFile } from "../processes/random-file.js";

jest.setTimeout(60_000);

/** util-linux's; that of the BSDs takes other arguments. */
const hasScript = /util-linux/.test(spawnSync("script", ["--version"], { encoding: "utf8" }).stdout ?? "");
const onTerminal = hasScript ? test : test.skip;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-cli-"));
});
afterEach(async () => {
  await killAll();
  await rm(folder, { recursive: true });
});

interface Typed {
  /** Once this is on the screen … */
  readonly at: string;
  /** … these keys are pressed. */
  readonly keys: string;
}

/** Runs the command on a terminal of so many columns; returns all that was written to it, and the exit code. */
function onScreen(
  given: readonly string[],
  columns: number,
  env: Readonly<Record<string, string>> = {},
  typed: readonly Typed[] = [],
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const command = `stty cols ${columns} rows 24; exec '${process.execPath}' '${main}' ${given.join(" ")}`;
  const child = spawn("script", ["-qefc", command, "/dev/null"], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, TERM: "xterm", LANG: "C.UTF-8", SHELL: "/bin/sh", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let screen = "";
  let [seen, next] = [0, 0];
  child.stdout.on("data", (piece) => {
    screen += String(piece);
    const key = typed[next];
    const found = key === undefined ? -1 : screen.indexOf(key.at, seen);
    if (key === undefined || found === -1) return;
    seen = found + key.at.length;
    next += 1;
    child.stdin.write(key.keys);
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, screen })));
}

describe("on a terminal (script of util-linux)", () => {
  onTerminal.each([40, 80])("of %d columns, a bar moves in its place and leaves one line", async (columns) => {
    const gateway = await startServe(["--port", "0"], folder);
    const rate = 3_000_000;
    const proxy = await cuttingProxy({ target: gateway.port, fate: () => ({ kind: "through" }), rate });
    await writeRandomFile(join(folder, "video.bin"), 16_000_000, 1);
    const env = { STOWAGE_URL: `http://127.0.0.1:${proxy.port}` };
    const { code, screen } = await onScreen(["upload", "video.bin"], columns, env);
    await proxy.close();
    expect(code).toBe(0);
    const [before = "", after = ""] = screen.split("video.bin: 15.3 MiB in ");
    expect(before).toContain("\u{1b}[?25l");
    expect(after).toContain("to /video.bin, CRC-32 compared");
    expect(screen.lastIndexOf("\u{1b}[?25h")).toBeGreaterThan(screen.lastIndexOf("\u{1b}[?25l"));
    const bars = before.split(/\r?\n/).filter((line) => line.includes("░") || line.includes("█"));
    expect(bars.length).toBeGreaterThan(3);
    for (const bar of bars) expect(cellsOf(bar.replace("\r", ""))).toBe(columns - 1);
    const shares = bars.map((bar) => Number(/(\d+)%/.exec(bar)?.[1]));
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
    expect(new Set(shares).size).toBeGreaterThan(2);
  });

  onTerminal("a password is asked for twice and never shown", async () => {
    const { code, screen } = await onScreen(["user", "add", "alice", "--email", "a@b.example"], 80, {}, [
      { at: "Password: ", keys: "correcx\u{7f}t horse\r" },
      { at: "Once more: ", keys: "correct horse\r" },
    ]);
    expect(screen).toContain("alice: added");
    expect(code).toBe(0);
    expect(screen).not.toContain("horse");
    expect((await runCli(["user", "list"], { cwd: folder })).stdout).toContain("alice");
  });

  onTerminal("two passwords that differ are a mistake, and ^C ends the question", async () => {
    const differ = await onScreen(["user", "add", "bob", "--email", "b@b.example"], 80, {}, [
      { at: "Password: ", keys: "correct horse\r" },
      { at: "Once more: ", keys: "battery staple\r" },
    ]);
    expect(differ.code).toBe(2);
    expect(differ.screen).toContain("the passwords differ");
    const ended = await onScreen(["user", "add", "bob", "--email", "b@b.example"], 80, {}, [
      { at: "Password: ", keys: "corr\u{3}" },
    ]);
    expect(ended.code).toBe(130);
  });
});
