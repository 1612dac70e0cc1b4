import { z } from "zod";
import type { Settings } from "../options.js";
import type { Route } from "../routes.js";
import { errorAnswer } from "../wire/failure.js";

/** The OpenAPI 3.1 document of the routes, made from the schemas that check their requests and name their answers. */
export function openapiDocument(routes: readonly Route[], settings: Settings): Record<string, unknown> {
  const paths = routes.map(
    (route) =>
      [
        `${route.path}/`,
        Object.fromEntries(route.methods.map((method) => [method.toLowerCase(), operation(route, method, settings)])),
      ] as const,
  );
  return {
    openapi: "3.1.0",
    info: { title: settings.title, version: "2" },
    security: [{ bearer: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      responses: { Error: { description: "what went wrong", content: json(errorAnswer, "output") } },
    },
  };
}

const idParameter = { name: "id", in: "path", required: true, schema: { type: "string" } };
const rangeParameter = {
  name: "Content-Range",
  in: "header",
  required: true,
  description: "bytes start-end/total, as long as the file part; the next bytes, or the last ones again",
  schema: { type: "string", examples: ["bytes 1433600-1638399/2124437"] },
};

function operation({ summary, path, docs, id }: Route, method: string, settings: Settings): Record<string, unknown> {
  const parameters = [
    ...(path.includes("{id}") ? [idParameter] : []),
    ...(docs.body === "chunk" ? [rangeParameter] : []),
  ];
  const described = method === "HEAD" ? {} : { content: json(docs.answer, "output") };
  return {
    operationId: method === "HEAD" ? `${id}Head` : id,
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(docs.body === undefined
      ? {}
      : { requestBody: { required: true, content: requestContent(docs.body, settings) } }),
    responses: {
      [docs.status]: { description: "done", ...described },
      default: { $ref: "#/components/responses/Error" },
    },
  };
}

function requestContent(body: z.ZodType | "chunk", settings: Settings): Record<string, unknown> {
  if (body === "chunk") return { "multipart/form-data": { schema: chunkForm(settings) } };
  const { schema } = json(body, "input")["application/json"];
  return Object.fromEntries(
    ["multipart/form-data", "application/x-www-form-urlencoded", "application/json"].map((type) => [type, { schema }]),
  );
}

/** By hand: bytes of a form are outside what JSON Schema says. */
function chunkForm({ maxChunk, maxImage, maxDocument, imageTypes, documentTypes }: Settings): Record<string, unknown> {
  const file = (most: number, types: readonly string[]): Record<string, unknown> => ({
    type: "string",
    format: "binary",
    description: `a chunk, at most ${maxChunk} bytes, of a file of at most ${most}: ${types.join(", ")}`,
  });
  return {
    type: "object",
    properties: {
      upload_id: { type: "string", description: "of the first answer; needed from the second chunk on" },
      expires: { type: "string", description: "taken and not used: the storage policy decides" },
      image: file(maxImage, imageTypes),
      document: file(maxDocument, documentTypes),
    },
    oneOf: [{ required: ["image"] }, { required: ["document"] }],
  };
}

function json(schema: z.ZodType, io: "input" | "output"): { readonly "application/json": { readonly schema: object } } {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return { "application/json": { schema: rest } };
}
