#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import { CommanderError } from "commander";
import { exitCodes } from "./exit-code.js";
import { makeProgram } from "./program.js";

// Whoever reads our output may have enough of it: `stowage files list | head -1`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.done);
  throw error;
});

const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};
try {
  await makeProgram(version).parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has said what is wrong; help and version that were asked for end with 0.
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
}
