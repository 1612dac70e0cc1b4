import type { StorageDriver } from "./driver.js";
import { UploadError } from "./errors.js";
import { completeRuntime } from "./default-runtime.js";
import type { Runtime } from "./runtime.js";
import type { Schema } from "./schema.js";

/** What a driver package exports: call it in code, `s3({ bucket })`; a gateway reads `schema` for its YAML. */
export interface DriverFactory<Options> {
  /** @throws {UploadError} `OPTIONS_INVALID` naming every issue */
  (options: Options, runtime?: Partial<Runtime>): StorageDriver;
  readonly driver: string;
  readonly schema: Schema<Options>;
}

/**
 * Makes a driver's factory: options are validated once, here, against the schema, and the runtime is filled
 * up with defaults.
 *
 * @example
 * export const local = defineDriver({ name: "local", schema: optionsSchema, create: (options, runtime) => ({ … }) });
 */
export function defineDriver<Options>(definition: {
  readonly name: string;
  readonly schema: Schema<Options>;
  create(options: Options, runtime: Runtime): StorageDriver;
}): DriverFactory<Options> {
  const { name, schema } = definition;
  const factory = (options: Options, runtime: Partial<Runtime> = {}): StorageDriver =>
    definition.create(parseOptions(name, schema, options), completeRuntime(runtime));
  return Object.assign(factory, { driver: name, schema });
}

function parseOptions<Options>(driver: string, schema: Schema<Options>, options: unknown): Options {
  const result = schema["~standard"].validate(options);
  if (result instanceof Promise) throw new TypeError(`driver ${driver}: its options schema must be synchronous`);
  if (result.issues === undefined) return result.value;
  const issues = result.issues.map(
    ({ message, path }) => `${(path ?? []).map(segmentKey).join(".") || "options"}: ${message}`,
  );
  throw new UploadError("OPTIONS_INVALID", `options of driver ${driver}: ${issues.join("; ")}`, { driver, issues });
}

/** A Standard Schema path holds keys, or objects with a `key`. */
function segmentKey(segment: unknown): string {
  return String(typeof segment === "object" && segment !== null && "key" in segment ? segment.key : segment);
}
