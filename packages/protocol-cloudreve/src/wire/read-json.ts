import { bytes, isUploadError, UploadError } from "@stowage/core";
import type { ByteSource } from "@stowage/core";
import type { z } from "zod";
import { badRequest } from "./bad-request.js";

/** What one file's name, metadata and the like fit into. */
const longestBody = 256 * 1024;
/** Most fields of a body, entries of one of its objects, and items of one of its lists. */
const mostEntries = 256;
/** Long lists of issues help nobody. */
const mostIssues = 8;
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * A JSON body as its schema has it. Top-level keys are matched without regard to case, as Cloudreve does.
 *
 * @throws {UploadError} `OPTIONS_INVALID` naming the fields; `INTERRUPTED` where the sender broke off
 */
export async function readJson<Schema extends z.ZodType>(body: ByteSource, schema: Schema): Promise<z.output<Schema>> {
  const fields = await readFields(body, longestBody);
  // Before the schema: it makes an issue of each entry that is wrong, which takes hundreds of times the body's memory.
  for (const [name, field] of Object.entries(fields)) {
    if (entriesOf(field) > mostEntries) throw badRequest(`${name.slice(0, 64)}: at most ${mostEntries} entries`);
  }
  return checkFields(schema, fields);
}

/**
 * The fields of a JSON object of at most `longest` bytes, their names in lower case and nothing else checked.
 *
 * @throws {UploadError} `OPTIONS_INVALID`; `INTERRUPTED` where the sender broke off
 */
export async function readFields(body: ByteSource, longest: number): Promise<Readonly<Record<string, unknown>>> {
  const raw = await bytes(body, longest).catch((error: unknown) => {
    if (!isUploadError(error)) throw brokenOff(error);
    if (error.code === "OBJECT_TOO_LARGE") throw badRequest(`body: over ${longest} bytes`);
    throw error;
  });
  const value = parse(raw);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badRequest("body: not an object");
  if (entriesOf(value) > mostEntries) throw badRequest(`body: at most ${mostEntries} fields`);
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key.toLowerCase(), field]));
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
  throw badRequest(...issues.map(({ path, message }) => `${path.map(String).join(".") || "body"}: ${message}`));
}

function entriesOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function parse(raw: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(raw));
  } catch {
    throw badRequest("body: not JSON");
  }
}

function brokenOff(cause: unknown): UploadError<"INTERRUPTED"> {
  return new UploadError("INTERRUPTED", "the sender broke off", { reason: "body" }, { retry: "same", cause });
}
