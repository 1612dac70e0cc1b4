import type { z } from "zod";
import { badRequest } from "../wire/bad-request.js";
import { checkFields } from "../wire/read-json.js";

/**
 * A signed body as its schema has it.
 *
 * @throws {UploadError} `OPTIONS_INVALID` naming the fields
 */
export function signedJson<Schema extends z.ZodType>(body: string, schema: Schema): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw badRequest("body: not JSON");
  }
  return checkFields(schema, value);
}
