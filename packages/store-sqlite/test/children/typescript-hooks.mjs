// Lets a child process of a test run TypeScript sources without a build: jest transforms its own imports only.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const config = createRequire(import.meta.url).resolve("@stowage/config/jest");
const { transform } = createRequire(config)("@swc/core");

export async function resolve(specifier, context, next) {
  const source = specifier.startsWith(".") && context.parentURL?.endsWith(".ts");
  return next(source ? specifier.replace(/\.js$/, ".ts") : specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const { code } = await transform(await readFile(fileURLToPath(url), "utf8"), {
    jsc: { target: "es2023", parser: { syntax: "typescript" } },
    module: { type: "es6" },
  });
  return { format: "module", source: code, shortCircuit: true };
}
