import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import type { RunOptions } from "./run-program.js";

/** A program that runs in the background, with all its children. */
export interface Daemon {
  readonly program: string;
  readonly pid: number;
  /** `null` as long as it runs. */
  ended(): string | null;
  /** SIGTERM, and SIGKILL after 5 s. Resolves when it is gone; safe to call again. */
  stop(): Promise<void>;
}

const patienceMs = 5_000;

/** What runs; a test process that ends without stopping them takes them along. */
const running = new Set<number>();
process.once("exit", () => {
  for (const pid of running) signal(pid, "SIGKILL");
});

/**
 * Starts a program as the leader of a process group of its own: some servers pass signals on to their whole group, which
 * must not be ours. What it writes goes to `log`.
 */
export async function startDaemon(
  program: string,
  parameters: readonly string[],
  log: string,
  { cwd, env }: RunOptions = {},
): Promise<Daemon> {
  const output = await open(log, "a");
  const child = spawn(program, [...parameters], {
    detached: true,
    stdio: ["ignore", output.fd, output.fd],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const started = new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  try {
    await started;
  } finally {
    await output.close();
  }
  const pid = child.pid ?? 0;
  running.add(pid);
  let end: string | null = null;
  const exited = new Promise<void>((resolve) =>
    child.once("exit", (code, killed) => {
      end = `ended with ${code ?? killed}`;
      resolve();
    }),
  );
  return {
    program,
    pid,
    ended: () => end,
    stop: async () => {
      signal(pid, "SIGTERM");
      const late = setTimeout(() => signal(pid, "SIGKILL"), patienceMs);
      await exited;
      clearTimeout(late);
      // Workers that outlive their parent.
      signal(pid, "SIGKILL");
      running.delete(pid);
    },
  };
}

/** To the whole group; nothing where it is gone. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // Gone already.
  }
}
