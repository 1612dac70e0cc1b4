import { z } from "zod";
import type { Route } from "../routes.js";
import { envelope } from "../wire/answers.js";

/** The OpenAPI 3.1 document of the routes, made from the schemas that check their requests. */
export function openapiDocument(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths = new Map<string, Record<string, unknown>>();
  for (const route of routes) {
    for (const method of route.methods) {
      const item = paths.get(route.path) ?? {};
      paths.set(route.path, { ...item, [method.toLowerCase()]: operation(route) });
    }
  }
  return {
    openapi: "3.1.0",
    info: { title: "Cloudreve v4 upload API, by Stowage", version },
    paths: Object.fromEntries(paths),
  };
}

function operation({ summary, path, docs }: Route): Record<string, unknown> {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const parameters = [...inPath, ...(docs.query === undefined ? [] : queryParameters(docs.query))];
  return {
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(docs.body === undefined ? {} : { requestBody: { required: true, content: requestContent(docs.body) } }),
    responses: { "200": { description: "", content: answerContent(docs.data) } },
  };
}

function requestContent(body: z.ZodType | "bytes" | "xml"): Record<string, unknown> {
  if (body === "bytes") return bytes;
  if (body === "xml") return xml;
  return { "application/json": { schema: schemaOf(body, "input") } };
}

function answerContent(data: z.ZodType | "bytes" | "xml" | null): Record<string, unknown> {
  if (data === "bytes") return bytes;
  if (data === "xml") return xml;
  return { "application/json": { schema: schemaOf(envelope(data), "output") } };
}

const bytes = { "application/octet-stream": { schema: { type: "string", format: "binary" } } };

const xml = { "application/xml": { schema: { type: "string" } } };

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
