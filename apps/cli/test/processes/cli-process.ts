import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command in a process of its own. */
export interface CliProcess {
  readonly ended: Promise<Ended>;
  /** Resolves when standard output has it. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** On standard input; absent: nothing is. */
  readonly input?: string | Buffer;
}

export const main = join(import.meta.dirname, "../../dist/main.js");
const running = new Set<ChildProcess>();

export function startCli(given: readonly string[], { env = {}, cwd, input }: CliOptions = {}): CliProcess {
  const child = spawn(process.execPath, [main, ...given], {
    env: { PATH: process.env["PATH"] ?? "", HOME: "/nowhere", ...env },
    stdio: ["pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
  });
  running.add(child);
  // A command that does not read its input may have ended before all of it is written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  let [stdout, stderr] = ["", ""];
  const listeners = new Set<() => void>();
  child.stdout.on("data", (piece) => {
    stdout += String(piece);
    for (const listener of listeners) listener();
  });
  child.stderr.on("data", (piece) => (stderr += String(piece)));
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
  });
  const said = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(stdout);
        if (found === null) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      void ended.then(() => reject(new Error(`it ended without saying ${pattern}: ${stdout}${stderr}`)));
      look();
    });
  return { ended, said, kill: (signal) => void child.kill(signal) };
}

export function runCli(given: readonly string[], options: CliOptions = {}): Promise<Ended> {
  return startCli(given, options).ended;
}

/** The objects of `--json`. */
export function objectsOf({ stdout }: Pick<Ended, "stdout">): readonly Record<string, unknown>[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** For `afterEach`: a test that failed leaves no process behind. */
export async function killAll(): Promise<void> {
  await Promise.all(
    [...running].map((child) => new Promise((resolve) => child.once("close", resolve).kill("SIGKILL"))),
  );
}
