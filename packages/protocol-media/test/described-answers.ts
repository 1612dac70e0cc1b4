import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv/dist/2020.js";

/** What a test needs of an OpenAPI document. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: { readonly Error: Described } };
}
interface Operation {
  readonly responses: Readonly<Record<string, Described & { readonly $ref?: string }>>;
}
interface Described {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

/** Compares answers with what the document says of their route; throws where they differ. */
export function describedAnswers(document: Document): (method: string, path: string, answer: Answer) => void {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const compiled = new Map<object, ValidateFunction>();
  const check = (schema: object, body: unknown, where: string): void => {
    const validate = compiled.get(schema) ?? ajv.compile(closed(schema) as object);
    compiled.set(schema, validate);
    if (!validate(body)) throw new Error(`${where}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`);
  };
  return (method, path, { status, type, body }) => {
    const where = `${method} ${path} ${status}`;
    const operation = operationOf(document, method, path);
    const described = operation?.responses[String(status)] ?? document.components.responses.Error;
    if (status < 400 && operation?.responses[String(status)] === undefined)
      throw new Error(`${where} is not described`);
    if (described.content === undefined) {
      if (body !== "") throw new Error(`${where}: a body where none is described`);
      return;
    }
    const media = (type ?? "").split(";", 1)[0] ?? "";
    const [expected = ""] = Object.keys(described.content);
    if (expected === "application/octet-stream") return;
    if (media !== expected) throw new Error(`${where}: ${media} instead of ${expected}`);
    check(described.content[expected]?.schema ?? {}, JSON.parse(body), where);
  };
}

/** An answer as it went over the wire. */
export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

function operationOf(document: Document, method: string, path: string): Operation | undefined {
  for (const [pattern, item] of Object.entries(document.paths)) {
    const expression = new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "[^/]+")}?$`);
    if (expression.test(path)) return item[method.toLowerCase()];
  }
  return undefined;
}

/** The schema, refusing what it does not name: a field that leaks is found too. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) copy[key] = closed(value);
  if ("properties" in copy && !("additionalProperties" in copy)) copy["additionalProperties"] = false;
  return copy;
}
