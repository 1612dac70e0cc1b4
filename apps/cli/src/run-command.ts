import { codeOf, exitCodeOf, exitCodes } from "./exit-code.js";
import { failureText } from "./failure-text.js";
import { stdoutOutput } from "./output.js";
import type { Output } from "./output.js";
import { plainText } from "./terminal/fit-text.js";

/**
 * Runs what a command does and settles the exit code: what `work` returns, else 0, or that of its failure, which is told on
 * standard error, or as the last object of `--json`.
 */
export async function runCommand(
  options: { readonly json?: boolean | undefined },
  work: (output: Output) => Promise<number | void>,
): Promise<void> {
  const output = stdoutOutput(options.json === true);
  try {
    process.exitCode = (await work(output)) ?? exitCodes.done;
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    output.json({ event: "error", code: codeOf(error), message: failureText(error), exitCode: process.exitCode });
    if (!output.isJson) process.stderr.write(`stowage: ${pathOf(error)}${failureText(error)}\n`);
  }
}

/** Node's errors of files have it beside their message. */
function pathOf(error: unknown): string {
  const { path } = (error ?? {}) as { readonly path?: unknown };
  return typeof path === "string" ? `${plainText(path)}: ` : "";
}
