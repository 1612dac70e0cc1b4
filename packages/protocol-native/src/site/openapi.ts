import { z } from "zod";
import type { Route } from "../routes.js";
import { problemSchema } from "../wire/problem.js";

/** The OpenAPI 3.1 document of the routes, made from the schemas that check their requests and name their answers. */
export function openapiDocument(routes: readonly Route[], title: string): Record<string, unknown> {
  const paths = new Map<string, Record<string, unknown>>();
  for (const route of routes) {
    for (const method of route.methods) {
      const item = paths.get(route.path) ?? {};
      paths.set(route.path, { ...item, [method.toLowerCase()]: operation(route, method) });
    }
  }
  return {
    openapi: "3.1.0",
    info: { title, version: "1" },
    security: [{ bearer: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      responses: { Problem: { description: "what went wrong", content: problemContent } },
    },
  };
}

const problemContent = { "application/problem+json": { schema: schemaOf(problemSchema, "output") } };
const bytes = { "application/octet-stream": { schema: { type: "string", format: "binary" } } };

function operation({ summary, path, docs, id }: Route, method: string): Record<string, unknown> {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const parameters = [...inPath, ...(docs.query === undefined ? [] : queryParameters(docs.query))];
  return {
    operationId: method === "HEAD" ? `${id}Head` : id,
    summary,
    ...(docs.anyone === true ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(docs.body === undefined ? {} : { requestBody: { required: true, content: requestContent(docs.body) } }),
    responses: { ...responses(docs, method), default: { $ref: "#/components/responses/Problem" } },
  };
}

function responses({ answer, status }: Route["docs"], method: string): Record<string, unknown> {
  if (answer === null) return { [status]: { description: "done" } };
  if (answer !== "bytes")
    return {
      [status]: { description: "done", content: { "application/json": { schema: schemaOf(answer, "output") } } },
    };
  const content = method === "HEAD" ? {} : { content: bytes };
  return {
    "200": { description: "all bytes", ...content },
    "206": { description: "the bytes of the range", ...content },
    "304": { description: "the client has this version" },
  };
}

function requestContent(body: z.ZodType | "bytes"): Record<string, unknown> {
  if (body === "bytes") return bytes;
  return { "application/json": { schema: schemaOf(body, "input") } };
}

function queryParameters(query: z.ZodType): readonly Record<string, unknown>[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: "input" });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
