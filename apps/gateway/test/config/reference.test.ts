import { expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { configJsonSchema } from "../../src/config/json-schema.js";
import type { JsonSchema } from "../../src/config/json-schema.js";
import { optionRows, optionTable } from "../../src/config/option-table.js";
import { driverNames } from "../../src/known-driver.js";
import { frontEndNames, knownFrontEnd } from "../../src/known-front-end.js";

const guide = join(import.meta.dirname, "../../../../docs/guide/configuration.md");
/** As the formatter has no say in it. */
const bare = (table: string): string => table.replaceAll(/ {2,}|-{3,}/g, (run) => run.charAt(0)).replaceAll(/ +/g, " ");

test("the JSON Schema is the one of the code; `pnpm reference` writes it", async () => {
  const written = await readFile(join(import.meta.dirname, "../../stowage.schema.json"), "utf8");
  expect(JSON.parse(written)).toEqual(await configJsonSchema());
});

test("the guide has every option; `pnpm reference` writes them", async () => {
  expect(bare(await readFile(guide, "utf8"))).toContain(bare(await optionTable()));
  expect((await optionRows()).length).toBeGreaterThan(60);
});

test("the JSON Schema knows the options of drivers and front-ends, and lets variables in", async () => {
  const schema = await configJsonSchema();
  expect(schema).toMatchObject({
    additionalProperties: false,
    properties: { log: { anyOf: [{ enum: expect.arrayContaining(["info"]) as unknown }, { pattern: "\\$\\{" }] } },
  });
  const { policies, mount } = schema.properties ?? {};
  const policy = policies?.additionalProperties as JsonSchema;
  expect(policy.properties?.["driver"]).toMatchObject({ enum: driverNames });
  const local = policy.allOf?.[driverNames.indexOf("local")];
  expect(local?.["if"]).toEqual({ properties: { driver: { const: "local" } } });
  expect(local?.["then"]).toMatchObject({
    properties: { options: { properties: { durability: {} }, required: ["root"] } },
  });
  const mounted = mount?.additionalProperties as JsonSchema;
  const [names, ...frontEnds] = mounted.anyOf ?? [];
  expect(names).toEqual({ enum: frontEndNames });
  expect(frontEnds).toMatchObject(
    frontEndNames.map((name) => ({
      properties: { protocol: { const: name }, ...(knownFrontEnd(name)?.openapi === null ? {} : { title: {} }) },
    })),
  );
  expect(frontEnds[frontEndNames.indexOf("cloudreve")]).toMatchObject({
    properties: { urlTtl: {} },
    additionalProperties: false,
  });
});
