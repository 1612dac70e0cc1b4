import { z } from "zod";
import { driverNames, knownDriver } from "../known-driver.js";
import { frontEndNames, knownFrontEnd } from "../known-front-end.js";
import { configSchema } from "./config-schema.js";

/** A JSON Schema, as far as it is read here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly description?: string;
  readonly default?: unknown;
}

/**
 * The configuration as a JSON Schema (draft 2020-12) for editors: of what is written, so before variables, and with the
 * options of each driver and front-end behind its name. Editors see no less than `loadConfig`, which also follows names.
 */
export async function configJsonSchema(): Promise<JsonSchema> {
  const schema = inputSchema(configSchema);
  const { policies = {}, mount = {}, ...others } = schema.properties ?? {};
  const policy = policies.additionalProperties as JsonSchema;
  const properties = {
    ...others,
    policies: { ...policies, additionalProperties: { ...policy, ...(await driverBranches(policy)) } },
    mount: { ...mount, additionalProperties: { anyOf: [{ enum: frontEndNames }, ...frontEndBranches()] } },
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Configuration of the Stowage gateway",
    type: "object",
    properties: Object.fromEntries(
      Object.keys(schema.properties ?? {}).map((key) => [key, properties[key as "policies"]]),
    ),
    additionalProperties: false,
  };
}

/** What a value may be before it is parsed; what is no JSON type by itself is left open. `change` edits each part. */
export function inputSchema(
  schema: z.ZodType,
  change: (schema: Record<string, unknown>) => void = () => {},
): JsonSchema {
  const { $schema: _draft, ...made } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema, path }) => {
      if (path.at(-1) === "propertyNames") return;
      allowVariables(jsonSchema);
      change(jsonSchema);
    },
  });
  return made as JsonSchema;
}

/** What a text must be it is only after its variables are in. */
function allowVariables(schema: Record<string, unknown>): void {
  const rules = ["pattern", "enum", "format", "minLength"].filter((keyword) => schema[keyword] !== undefined);
  if (schema["type"] !== "string" || rules.length === 0) return;
  const strict = Object.fromEntries(["type", ...rules].map((keyword) => [keyword, schema[keyword]]));
  for (const keyword of ["type", ...rules]) delete schema[keyword];
  schema["anyOf"] = [strict, { type: "string", pattern: String.raw`\$\{` }];
}

/** Drivers' options may be texts where they are whole numbers, truths or falsehoods: `readQuantities` reads them. */
function allowQuantities(schema: Record<string, unknown>): void {
  const { type, minimum, maximum, default: otherwise, description, ...rest } = schema;
  if (type !== "integer" && type !== "boolean") return;
  for (const keyword of Object.keys(schema)) delete schema[keyword];
  const strict = { type, ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
  Object.assign(schema, rest, {
    anyOf: [strict, { type: "string" }],
    ...(otherwise === undefined ? {} : { default: otherwise }),
    ...(description === undefined ? {} : { description }),
  });
}

async function driverBranches(policy: JsonSchema): Promise<JsonSchema> {
  return {
    properties: {
      ...policy.properties,
      driver: { description: policy.properties?.["driver"]?.description ?? "", enum: driverNames },
    },
    allOf: await Promise.all(
      driverNames.map(async (name) => ({
        if: { properties: { driver: { const: name } } },
        then: { properties: { options: inputSchema(await schemaOf(name), allowQuantities) } },
      })),
    ),
  };
}

async function schemaOf(driver: string): Promise<z.ZodType> {
  return (await knownDriver(driver))?.schema ?? z.unknown();
}

function frontEndBranches(): readonly JsonSchema[] {
  return frontEndNames.map((name) => {
    const options = inputSchema(knownFrontEnd(name)?.options ?? z.strictObject({}));
    const protocol = { const: name, description: "Which front-end answers here." };
    return { ...options, properties: { protocol, ...options.properties }, required: ["protocol"] };
  });
}
