import { parseDuration } from "./duration.js";
import type { JsonSchema } from "./json-schema.js";
import { parseSize } from "./size.js";

/**
 * The value with texts read as numbers where `schema` takes a whole number and no text, so that drivers need not know how
 * people write: `16 MiB` and `4096` are sizes or counts, and a duration (`7d`) is milliseconds where the option's name ends
 * with `Ms`. `true` and `false` likewise, since a variable is text. What is none of these stays, for the schema to refuse.
 */
export function readQuantities(value: unknown, schema: JsonSchema, name = ""): unknown {
  const forms = formsOf(schema);
  if (typeof value === "string") return forms.some(({ type }) => type === "string") ? value : read(value, forms, name);
  if (Array.isArray(value)) {
    const items = forms.find((form) => form.items !== undefined)?.items;
    return items === undefined ? value : value.map((item) => readQuantities(item, items, name));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, readQuantities(inner, propertyOf(forms, key), key)]),
  );
}

/** What the value may be, each form by itself. */
function formsOf(schema: JsonSchema): readonly JsonSchema[] {
  const { anyOf = [], oneOf = [], allOf = [] } = schema;
  return [schema, ...[...anyOf, ...oneOf, ...allOf].flatMap(formsOf)];
}

function propertyOf(forms: readonly JsonSchema[], key: string): JsonSchema {
  for (const { properties = {}, additionalProperties } of forms) {
    const found = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (typeof found === "object") return found;
  }
  return {};
}

function read(text: string, forms: readonly JsonSchema[], name: string): unknown {
  const takes = (type: string): boolean => forms.some((form) => form.type === type);
  if (takes("boolean") && /^(true|false)$/.test(text)) return text === "true";
  if (!takes("integer")) return text;
  if (name.endsWith("Ms")) return /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : (parseDuration(text) ?? text);
  // A leading zero is somebody's octal number, and no size.
  return /^0\d/.test(text) ? text : (parseSize(text) ?? text);
}
