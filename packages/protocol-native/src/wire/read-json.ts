import { bytes, isUploadError, UploadError } from "@stowage/core";
import type { ByteSource } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import type { z } from "zod";
import { badRequest } from "./bad-request.js";

/** One file's name and metadata fit into it. */
const longestBody = 64 * 1024;
/** Most entries of one object of a body. */
const mostEntries = 256;
/** Long lists of issues help nobody. */
const mostIssues = 8;
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * A JSON body as its schema has it. It must say that it is JSON: a page of another origin can send anything else
 * without a preflight.
 *
 * @throws {UploadError} `OPTIONS_INVALID` naming the fields; `INTERRUPTED` where the sender broke off
 */
export async function readJson<Schema extends z.ZodType>(
  exchange: Pick<HttpExchange, "body" | "header">,
  schema: Schema,
): Promise<z.output<Schema>> {
  const type = (exchange.header("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") throw badRequest("content-type: application/json is needed");
  const value = parse(await readAll(exchange.body));
  checkEntries(value);
  return checkFields(schema, value);
}

/**
 * Fields as their schema has them: of a body, or of a query.
 *
 * @throws {UploadError} `OPTIONS_INVALID` naming the fields
 */
export function checkFields<Schema extends z.ZodType>(schema: Schema, fields: unknown): z.output<Schema> {
  const result = schema.safeParse(fields);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, mostIssues);
  throw badRequest(
    ...issues.map(
      ({ path, message }) => `${path.map(String).join(".").slice(0, 64) || "request"}: ${message.slice(0, 200)}`,
    ),
  );
}

/** The query as an object of texts. @throws {UploadError} `OPTIONS_INVALID` for a field that comes twice */
export function readQuery<Schema extends z.ZodType>(url: URL, schema: Schema): z.output<Schema> {
  const fields = [...url.searchParams];
  const names = new Set(fields.map(([name]) => name));
  if (names.size < fields.length) throw badRequest("query: a field comes twice");
  return checkFields(schema, Object.fromEntries(fields));
}

async function readAll(body: ByteSource): Promise<Uint8Array> {
  try {
    return await bytes(body, longestBody);
  } catch (error) {
    if (!isUploadError(error))
      throw new UploadError("INTERRUPTED", "the sender broke off", { reason: "body" }, { retry: "same", cause: error });
    if (error.code === "OBJECT_TOO_LARGE") throw badRequest(`body: over ${longestBody} bytes`);
    throw error;
  }
}

function parse(raw: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(raw));
  } catch {
    throw badRequest("body: not JSON");
  }
}

/** Before the schema: it makes an issue of each entry that is wrong, which takes hundreds of times the body's memory. */
function checkEntries(value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badRequest("body: not an object");
  for (const [name, field] of [["body", value] as const, ...Object.entries(value)]) {
    if (typeof field === "object" && field !== null && Object.keys(field).length > mostEntries)
      throw badRequest(`${name.slice(0, 64)}: at most ${mostEntries} entries`);
  }
}
