import type { z } from "zod";
import { badRequest } from "./bad-request.js";

/** The fields of a query that the schema names; others are let pass. @throws {UploadError} `OPTIONS_INVALID` */
export function readQuery<Schema extends z.ZodType>(url: URL, schema: Schema): z.output<Schema> {
  const fields = [...url.searchParams];
  const names = new Set(fields.map(([name]) => name));
  if (names.size < fields.length) throw badRequest("query: a field comes twice");
  const result = schema.safeParse(Object.fromEntries(fields));
  if (result.success) return result.data;
  throw badRequest(...result.error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`));
}
