import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { optionsSchema } from "../src/options.js";
import { openSite } from "./site.js";

test("the README names every option, with its default where that is one word, and every route", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const rows = new Map(
    readme.split("\n").flatMap((line) => {
      const [, name, value] = /^\| `(\w+)`\s+\| (.*?)\s+\|/.exec(line) ?? [];
      return name === undefined || value === undefined
        ? []
        : [[name, value.replaceAll(/`|(?<=\d) (?=\d)/g, "")] as const];
    }),
  );
  const defaults: Readonly<Record<string, unknown>> = optionsSchema.parse({});
  expect([...rows.keys()]).toEqual(Object.keys(optionsSchema.shape));
  for (const [name, value] of Object.entries(defaults))
    if (!Array.isArray(value)) expect([name, rows.get(name)]).toEqual([name, String(value)]);
  const site = openSite();
  const { data } = await site.send("GET", "/openapi.json", { as: null });
  for (const path of Object.keys(data.paths)) expect(readme).toContain(`${path}\``);
  await site.close();
});
