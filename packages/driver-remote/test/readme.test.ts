import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { remoteOptionsSchema } from "../src/index.js";

const required = { url: "http://node", key: "k".repeat(32) };

test("the README's table has every option, with its default and its description", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const rows = new Map(
    readme.split("\n").flatMap((line) => {
      const [, name, value = "", description = ""] = /^\| `(\w+)`\s+\|(.*?)\|(.*)\|$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, [value.trim(), description.trim()]] as const];
    }),
  );
  const defaults: Readonly<Record<string, unknown>> = remoteOptionsSchema.parse(required);
  for (const [name, field] of Object.entries(remoteOptionsSchema.shape)) {
    const [value, description] = rows.get(name) ?? [];
    expect([name, description]).toEqual([name, field.meta()?.description]);
    const printed = defaults[name];
    if (typeof printed === "number" || (typeof printed === "string" && printed !== "" && !(name in required)))
      expect([name, value]).toEqual([name, `\`${printed}\``]);
  }
});
