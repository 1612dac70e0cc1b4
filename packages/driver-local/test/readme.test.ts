import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { localOptionsSchema } from "../src/index.js";

test("the README's table has every option, with its default and its description", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const rows = new Map(
    readme.split("\n").flatMap((line) => {
      const [, name, cells] = /^\| `(\w+)`\s+\| (.*) \|$/.exec(line) ?? [];
      return name === undefined || cells === undefined ? [] : [[name, cells] as const];
    }),
  );
  const { shape } = localOptionsSchema;
  expect(Object.keys(shape).length).toBeLessThanOrEqual(12);
  const defaults: Readonly<Record<string, unknown>> = localOptionsSchema.parse({ root: "/x" });
  for (const [name, field] of Object.entries(shape)) {
    const [value = "", description = ""] = rows.get(name)?.split(/\s+\| /) ?? [];
    expect([name, description.trim()]).toEqual([name, field.meta()?.description]);
    if (name !== "root") expect(value).toContain(`\`${String(defaults[name])}\``);
  }
});
