import { expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

const most = 6144;

test("the browser's bundle needs nothing else, and is small", async () => {
  const root = join(import.meta.dirname, "..");
  // As a process of its own: esbuild's API refuses the typed arrays of jest's sandbox.
  const { stdout } = await promisify(execFile)(
    join(root, "node_modules/.bin/esbuild"),
    ["src/index.ts", "--bundle", "--minify", "--format=esm", "--platform=browser", "--target=es2022"],
    { cwd: root },
  );
  const size = gzipSync(stdout, { level: 9 }).length;
  console.info(`@stowage/client: ${stdout.length} bytes, ${size} gzipped`);
  expect(stdout).not.toMatch(/\bimport\b|\brequire\(/);
  expect(size).toBeLessThanOrEqual(most);
});
