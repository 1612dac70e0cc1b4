import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";
import { transform } from "@swc/core";

// Lets a child process of a test run the sources as they are, as jest transforms its own imports only:
// `node --import <this file> -C @stowage/source child.ts`. A child may be started anywhere, so by its whole path.
if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, next) {
  const isSource = specifier.startsWith(".") && context.parentURL?.endsWith(".ts");
  return next(isSource ? specifier.replace(/\.js$/, ".ts") : specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const { code } = await transform(await readFile(new URL(url), "utf8"), {
    jsc: { target: "es2023", parser: { syntax: "typescript" } },
    module: { type: "es6" },
    filename: url,
    swcrc: false,
  });
  return { format: "module", source: code, shortCircuit: true };
}
