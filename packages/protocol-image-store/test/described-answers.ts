import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv/dist/2020.js";

/** What a test needs of an OpenAPI document. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: { readonly FabricError: Described } };
}
interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Described>>;
}
interface Described {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

/** An answer as it goes over the wire. */
export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

/** Compares answers with what the document says of their route; throws where they differ. */
export function describedAnswers(document: Document): (method: string, path: string, answer: Answer) => void {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const compiled = new Map<object, ValidateFunction>();
  return (method, path, { status, type, body }) => {
    const where = `${method} ${path} ${status}`;
    const described =
      status === 200
        ? operationOf(document, method, path)?.responses["200"]
        : document.components.responses.FabricError;
    if (described === undefined) throw new Error(`${where} is not described`);
    const schema = described.content?.["application/json"]?.schema;
    if (schema === undefined) {
      if (body !== "") throw new Error(`${where}: a body where none is described`);
      return;
    }
    if (!(type ?? "").startsWith("application/json")) throw new Error(`${where}: ${type} instead of JSON`);
    const validate = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, validate);
    if (!validate(JSON.parse(body))) throw new Error(`${where}: ${ajv.errorsText(validate.errors)} in ${body}`);
  };
}

function operationOf(document: Document, method: string, path: string): Operation | undefined {
  const operation = /\/\$\/\w+$/.exec(path)?.[0] ?? "";
  const content = path.slice(0, path.length - operation.length).replace(/^\/$/, "");
  const name = (content === "" ? "" : "/{contentPath}") + operation || "/";
  return document.paths[name]?.[method.toLowerCase()];
}
