import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";

/** How a gateway ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built gateway in a process of its own. */
export interface GatewayProcess {
  /** Where it listens; rejects when it ends before it says so. */
  readonly ready: Promise<string>;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

const main = join(import.meta.dirname, "../dist/main.js");
const running = new Set<ChildProcess>();

export function gatewayProcess(
  given: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  folder = process.cwd(),
): GatewayProcess {
  const child = spawn(process.execPath, [main, ...given], {
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let [stdout, stderr] = ["", ""];
  child.stderr.on("data", (piece) => (stderr += String(piece)));
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (piece) => {
      stdout += String(piece);
      const [, url] = /^stowage is ready at (\S+)\n/.exec(stdout) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once("close", () => reject(new Error(`it ended before it was ready: ${stderr}`)));
  });
  ready.catch(() => {});
  return { ready, ended, kill: (signal) => void child.kill(signal) };
}

/** For `afterEach`: a test that failed leaves no process behind. */
export async function killAll(): Promise<void> {
  const all = [...running];
  await Promise.all(all.map((child) => new Promise((resolve) => child.once("close", resolve).kill("SIGKILL"))));
}
