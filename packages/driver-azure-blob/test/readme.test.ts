import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { azureBlobOptionsSchema } from "../src/index.js";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

test("the README's table has every option, with its description", () => {
  const rows = new Map(
    readme.split("\n").flatMap((line) => {
      const [, name, description = ""] = /^\| `(\w+)`\s+\| \S.*?\s+\| (.*?)\s*\|$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, description] as const];
    }),
  );
  for (const [name, field] of Object.entries(azureBlobOptionsSchema.shape)) {
    expect([name, rows.get(name)]).toEqual([name, field.meta()?.description]);
  }
});

test("the README is no book", () => {
  expect(readme.split("\n").length).toBeLessThanOrEqual(150);
});
