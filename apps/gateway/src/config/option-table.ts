import { configJsonSchema } from "./json-schema.js";
import type { JsonSchema } from "./json-schema.js";

/** One option of the configuration file, as documentation tells it. */
export interface OptionRow {
  /** `*` for a name that the operator chooses, `[]` for the items of a list: `policies.*.chunks.size`. */
  readonly path: string;
  readonly description: string;
  /** As it would be written; `null`: there is none. */
  readonly default: string | null;
}

/** Every option there is, in the order of the schema; drivers' own options are in their READMEs. */
export async function optionRows(): Promise<readonly OptionRow[]> {
  return [...rowsOf(await configJsonSchema(), "")].filter(({ path }) => path !== "$schema");
}

function* rowsOf(schema: JsonSchema, path: string): Generator<OptionRow> {
  if (schema.description !== undefined) {
    const { default: otherwise } = schema;
    yield {
      path,
      description: schema.description,
      default: otherwise === undefined ? null : JSON.stringify(otherwise),
    };
  }
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    yield* rowsOf(inner, path === "" ? name : `${path}.${name}`);
  }
  if (typeof schema.additionalProperties === "object") yield* rowsOf(schema.additionalProperties, `${path}.*`);
  if (schema.items !== undefined) yield* rowsOf(schema.items, `${path}[]`);
  for (const branch of schema.anyOf ?? []) yield* rowsOf(branch, `${path}${branchMark(branch)}`);
}

/** Front-ends have options of the same names. */
function branchMark(branch: JsonSchema): string {
  const name = branch.properties?.["protocol"]?.["const"];
  return typeof name === "string" ? `(${name})` : "";
}

/** The rows as a table in Markdown. */
export async function optionTable(): Promise<string> {
  const cells = (await optionRows()).map(({ path, description, default: otherwise }) => [
    `\`${path}\``,
    otherwise === null ? "" : `\`${otherwise}\``,
    description,
  ]);
  return [["option", "default", ""], ["---", "---", "---"], ...cells].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
