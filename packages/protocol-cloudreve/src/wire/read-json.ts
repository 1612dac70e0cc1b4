import { bytes, isUploadError, UploadError } from "@stowage/core";
import type { ByteSource } from "@stowage/core";
import type { z } from "zod";
import { badRequest } from "./bad-request.js";

/** 3000 URIs of a batch fit into it. */
const longestBody = 4 * 1024 * 1024;
/** Long lists of issues help nobody. */
const mostIssues = 8;
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * A JSON body as its schema has it. Top-level keys are matched without regard to case, as Cloudreve does.
 *
 * @throws {UploadError} `OPTIONS_INVALID` naming the fields; `INTERRUPTED` where the sender broke off
 */
export async function readJson<Schema extends z.ZodType>(body: ByteSource, schema: Schema): Promise<z.output<Schema>> {
  const raw = await bytes(body, longestBody).catch((error: unknown) => {
    if (!isUploadError(error)) throw brokenOff(error);
    if (error.code === "OBJECT_TOO_LARGE") throw badRequest(`body: over ${longestBody} bytes`);
    throw error;
  });
  return checkFields(schema, lowerCaseKeys(parse(raw)));
}

/**
 * Fields as their schema has them: of a body, or of a query.
 *
 * @throws {UploadError} `OPTIONS_INVALID` naming the fields
 */
export function checkFields<Schema extends z.ZodType>(schema: Schema, fields: unknown): z.output<Schema> {
  const result = schema.safeParse(fields);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.map(String).join(".") || "body"}: ${message}`);
  throw badRequest(...issues.slice(0, mostIssues));
}

function parse(raw: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(raw));
  } catch {
    throw badRequest("body: not JSON");
  }
}

function lowerCaseKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key.toLowerCase(), field]));
}

function brokenOff(cause: unknown): UploadError<"INTERRUPTED"> {
  return new UploadError("INTERRUPTED", "the sender broke off", { reason: "body" }, { retry: "same", cause });
}
