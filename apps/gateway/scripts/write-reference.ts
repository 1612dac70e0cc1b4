import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configJsonSchema } from "../src/config/json-schema.js";
import { optionTable } from "../src/config/option-table.js";

// Writes what is made from the schema: the JSON Schema for editors and the table of the guide. A test says when they are stale.
const guide = join(import.meta.dirname, "../../../docs/guide/configuration.md");
await writeFile(join(import.meta.dirname, "../stowage.schema.json"), JSON.stringify(await configJsonSchema()));
const text = await readFile(guide, "utf8");
const [before = "", after = ""] = text.split(/<!-- options begin -->[^]*<!-- options end -->/);
await writeFile(guide, `${before}<!-- options begin -->\n\n${await optionTable()}\n\n<!-- options end -->${after}`);
