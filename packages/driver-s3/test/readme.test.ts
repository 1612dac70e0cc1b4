import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { s3OptionsSchema } from "../src/index.js";
import { presets } from "../src/presets.js";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

test("the README's table has every option, with its description and its default", () => {
  const rows = new Map(
    readme.split("\n").flatMap((line) => {
      const [, name, value = "", description = ""] = /^\| `(\w+)`\s+\| (\S.*?)\s+\| (.*?)\s*\|$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, { value, description }] as const];
    }),
  );
  for (const [name, field] of Object.entries(s3OptionsSchema.shape)) {
    expect([name, rows.get(name)?.description]).toEqual([name, field.meta()?.description]);
  }
  const { region } = s3OptionsSchema.parse({ bucket: "any" });
  expect(rows.get("region")?.value).toBe(`\`${region}\``);
});

test("the README names every preset, and is no book", () => {
  for (const name of Object.keys(presets)) expect(readme).toContain(`\`${name}\``);
  expect(readme.split("\n").length).toBeLessThanOrEqual(150);
});
