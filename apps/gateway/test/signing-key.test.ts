import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSigningKey } from "../src/signing-key.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-key-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("of many that start at once one makes the key, and no draft stays", async () => {
  const path = join(folder, "signing.key");
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadSigningKey(path)));
  expect(new Set(keys).size).toBe(1);
  expect(await loadSigningKey(path)).toBe(keys[0]);
  expect(await readdir(folder)).toEqual(["signing.key"]);
});

test.each(["", "short\n", `${"x".repeat(50)} ${"y".repeat(50)}`])("%j is no key, and is not replaced", async (text) => {
  const path = join(folder, "signing.key");
  await writeFile(path, text);
  await expect(loadSigningKey(path)).rejects.toThrow("not a signing key");
});
