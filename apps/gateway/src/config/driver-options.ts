import type { KnownDriver } from "../known-driver.js";
import { inputSchema } from "./json-schema.js";
import { readQuantities } from "./read-quantities.js";

/** A driver's options as its schema takes them: the file may have sizes, durations and numbers in them as text. */
export function driverOptions({ schema }: Pick<KnownDriver, "schema">, options: unknown): unknown {
  return readQuantities(options, inputSchema(schema));
}
