import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ServerProgram } from "./server-process.js";

/**
 * The sources of a module that exports `uploadServer(folder, keys)`, run as they are: no build is needed. Its result has a
 * `listen` as `node:http` and Fastify have it.
 */
export function sourceProgram(module: string): ServerProgram {
  const path = fileURLToPath(module);
  const typescript = createRequire(import.meta.url).resolve("@stowage/config/typescript");
  const main = join(import.meta.dirname, "serve-module.ts");
  return {
    cwd: dirname(path),
    arguments: ["--import", typescript, "--conditions", "@stowage/source", main, path],
    ready: /listens on (\d+)\n/,
  };
}
