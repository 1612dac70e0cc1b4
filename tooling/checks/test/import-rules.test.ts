import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../../..");
const binary = join(import.meta.dirname, "../node_modules/.bin/depcruise");
const config = join(import.meta.dirname, "../import-rules.cjs");

/** The rules that a tree breaks. */
async function broken(cwd: string): Promise<readonly string[]> {
  const found = await promisify(execFile)(binary, ["--config", config, "--output-type", "json", "packages", "apps"], {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: { readonly stdout: string }) => error);
  const report = JSON.parse(found.stdout) as {
    summary: { totalCruised: number; violations: { rule: { name: string } }[] };
  };
  expect(report.summary.totalCruised).toBeGreaterThan(1);
  return report.summary.violations.map(({ rule }) => rule.name);
}

test("nobody imports whom they may not", async () => {
  expect(await broken(root)).toEqual([]);
});

describe("a planted violation is caught", () => {
  let tree = "";
  beforeEach(async () => {
    tree = await mkdtemp(join(tmpdir(), "stowage-imports-"));
    for (const name of ["core", "driver-a", "driver-b", "protocol-a", "store-a"])
      await plant(`packages/${name}/src/index.ts`, "export const name = 1;");
    await plant("apps/gateway/src/index.ts", "export const name = 1;");
    await cp(join(root, "tsconfig.base.json"), join(tree, "tsconfig.base.json"));
  });
  afterEach(() => rm(tree, { recursive: true }));

  async function plant(path: string, text: string): Promise<void> {
    await mkdir(join(tree, path, ".."), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  const reexport = (path: string): string => `export { name } from "${path}";`;

  test.each([
    ["core-imports-nothing-of-ours", "packages/core/src/bad.ts", reexport("../../driver-a/src/index.js")],
    ["drivers-import-core-and-wires", "packages/driver-a/src/bad.ts", reexport("../../driver-b/src/index.js")],
    ["stores-import-core", "packages/store-a/src/bad.ts", reexport("../../driver-b/src/index.js")],
    ["protocols-import-core-and-wires", "packages/protocol-a/src/bad.ts", reexport("../../store-a/src/index.js")],
    ["nothing-imports-apps", "packages/driver-a/src/bad.ts", reexport("../../../apps/gateway/src/index.js")],
    ["core-is-portable", "packages/core/src/bad.ts", `import { join } from "node:path"; export const name = join;`],
    ["core-is-portable", "packages/core/src/bad.ts", `import { request } from "undici"; export const name = request;`],
    ["no-cycles", "packages/core/src/index.ts", `export { name } from "./other.js";`],
  ])("%s", async (rule, path, text) => {
    await plant(
      "packages/core/src/other.ts",
      `import { name as other } from "./index.js"; export const name = () => other;`,
    );
    await plant(path, text);
    expect(await broken(tree)).toContain(rule);
  });
});
