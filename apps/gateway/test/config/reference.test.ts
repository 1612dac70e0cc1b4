import { expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { configJsonSchema } from "../../src/config/json-schema.js";
import { optionRows, optionTable } from "../../src/config/option-table.js";

const guide = join(import.meta.dirname, "../../../../docs/guide/configuration.md");
/** As the formatter has no say in it. */
const bare = (table: string): string => table.replaceAll(/ {2,}|-{3,}/g, (run) => run.charAt(0)).replaceAll(/ +/g, " ");

test("the JSON Schema is the one of the code; `pnpm reference` writes it", async () => {
  const written = await readFile(join(import.meta.dirname, "../../stowage.schema.json"), "utf8");
  expect(JSON.parse(written)).toEqual(configJsonSchema());
});

test("the guide has every option; `pnpm reference` writes them", async () => {
  expect(bare(await readFile(guide, "utf8"))).toContain(bare(optionTable()));
  expect(optionRows().length).toBeGreaterThan(60);
});

test("the JSON Schema knows the options of drivers and front-ends, and lets variables in", () => {
  expect(configJsonSchema()).toMatchObject({
    additionalProperties: false,
    properties: {
      log: { anyOf: [{ enum: expect.arrayContaining(["info"]) as unknown }, { pattern: "\\$\\{" }] },
      policies: {
        additionalProperties: {
          properties: { driver: { enum: ["local", "image-store"] } },
          allOf: [
            { then: { properties: { options: { properties: { durability: {} }, required: ["root"] } } } },
            { then: { properties: { options: { properties: { maxChunk: {} }, required: ["endpoint"] } } } },
          ],
        },
      },
      mount: {
        additionalProperties: {
          anyOf: [
            { enum: ["cloudreve", "native", "image-store", "media"] },
            { properties: { protocol: { const: "cloudreve" }, urlTtl: {} }, additionalProperties: false },
            { properties: { protocol: { const: "native" }, maxPage: {} } },
            { properties: { protocol: { const: "image-store" }, defaultTimeout: {} } },
            { properties: { protocol: { const: "media" }, maxChunk: {} } },
          ],
        },
      },
    },
  });
});
