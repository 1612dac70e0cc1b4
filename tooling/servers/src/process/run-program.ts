import { execFile } from "node:child_process";

/** How a program is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** 60 s when absent. */
  readonly patienceMs?: number;
}

/** Runs a program to its end, and resolves with what it wrote to stdout. Rejects, with stderr, unless it exits with 0. */
export function runProgram(program: string, parameters: readonly string[], options: RunOptions = {}): Promise<string> {
  const { cwd, env, patienceMs = 60_000 } = options;
  const settings = { timeout: patienceMs, env: { ...process.env, ...env }, ...(cwd === undefined ? {} : { cwd }) };
  return new Promise((resolve, reject) => {
    execFile(program, [...parameters], settings, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${parameters.join(" ")}: ${error.message}\n${stderr}`));
    });
  });
}
