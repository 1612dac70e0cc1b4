import { z } from "zod";
import type { Route } from "../routes.js";
import { fabricError } from "../wire/fabric-error.js";

/** The OpenAPI 3.1 document of the routes, made from the schemas that check their requests and name their answers. */
export function openapiDocument(routes: readonly Route[], title: string): Record<string, unknown> {
  const paths = new Map<string, Record<string, unknown>>();
  for (const route of routes)
    paths.set(route.path, { ...paths.get(route.path), [route.method.toLowerCase()]: operation(route) });
  return {
    openapi: "3.1.0",
    info: { title, version: "6.0" },
    security: [{ bearer: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      responses: { FabricError: { description: "what went wrong", content: jsonOf(fabricError) } },
    },
  };
}

function operation({ id, summary, path, docs }: Route): Record<string, unknown> {
  const parameters = [
    ...(path.includes("{contentPath}") ? [contentPath] : []),
    ...(docs.body === "chunk" ? [contentRange] : []),
    ...queryParameters(docs.query),
  ];
  return {
    operationId: id,
    summary,
    parameters,
    ...(docs.body === undefined ? {} : { requestBody: { required: true, content: bytes } }),
    responses: {
      "200": { description: "done", ...(docs.answer === null ? {} : { content: jsonOf(docs.answer) }) },
      default: { $ref: "#/components/responses/FabricError" },
    },
  };
}

const bytes = { "application/octet-stream": { schema: { type: "string", format: "binary" } } };
const contentPath = {
  name: "contentPath",
  in: "path",
  required: true,
  description: "below the root, percent-encoded as a whole; / and \\ separate names",
  schema: { type: "string" },
};
const contentRange = {
  name: "Content-Range",
  in: "header",
  required: true,
  description: "bytes {first}-{last}/{length of the file}; 0-0/0 for an empty file",
  schema: { type: "string" },
};

function queryParameters(query: z.ZodType): readonly Record<string, unknown>[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: "input" });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

function jsonOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "output" });
  return { "application/json": { schema: rest } };
}
