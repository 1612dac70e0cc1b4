import { isUploadError } from "@stowage/core";
import type { ByteSource } from "@stowage/core";
import type { z } from "zod";
import { failed } from "../wire/envelope.js";
import type { Failure, Outcome } from "../wire/envelope.js";
import { failureOf } from "../wire/errors.js";
import { checkFields, readFields } from "../wire/read-json.js";

const mostPerBatch = 3000;
/** So many URIs of usual length fit into it. */
const longestBody = 4 * 1024 * 1024;

/** The outcome of each URI of a batch, by the URI as the client spelled it. */
export interface Batch<Result> {
  readonly results: readonly Result[];
  readonly failures: Readonly<Record<string, Failure>>;
}

/** The body of a batch, or the answer to one that is too long. */
export type BatchBody<Body> =
  | { readonly kind: "body"; readonly body: Body }
  | { readonly kind: "refused"; readonly outcome: Outcome };

/**
 * The JSON body of a batch whose items are in the field `list`. Counted before they are looked at.
 *
 * @throws {UploadError} as `readJson`
 */
export async function readBatch<Schema extends z.ZodType>(
  source: ByteSource,
  schema: Schema,
  list: string,
): Promise<BatchBody<z.output<Schema>>> {
  const fields = await readFields(source, longestBody);
  const items = fields[list];
  if (Array.isArray(items) && items.length > mostPerBatch)
    return { kind: "refused", outcome: failed(40074, `batch too large: at most ${mostPerBatch}`) };
  return { kind: "body", body: checkFields(schema, fields) };
}

/** One after the other, going on after a failure. What is no `UploadError` ends it. */
export async function runBatch<Result>(
  uris: readonly string[],
  each: (uri: string) => Promise<Result>,
): Promise<Batch<Result>> {
  const results: Result[] = [];
  const failures = new Map<string, Failure>();
  for (const uri of uris) {
    try {
      results.push(await each(uri));
    } catch (error) {
      if (!isUploadError(error)) throw error;
      failures.set(uri, failureOf(error));
    }
  }
  return { results, failures: Object.fromEntries(failures) };
}

/** A batch of which some failed: 40081 with the reasons. */
export function batchFailed({ failures }: Batch<unknown>): Outcome {
  const count = Object.keys(failures).length;
  return { kind: "failed", failure: { code: 40081, msg: `${count} of the batch failed`, failures } };
}
