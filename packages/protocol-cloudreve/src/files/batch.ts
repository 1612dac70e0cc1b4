import { isUploadError } from "@stowage/core";
import { failed } from "../wire/envelope.js";
import type { Failure, Outcome } from "../wire/envelope.js";
import { failureOf } from "../wire/errors.js";

const mostPerBatch = 3000;

/** The outcome of each URI of a batch, by the URI as the client spelled it. */
export interface Batch<Result> {
  readonly results: readonly Result[];
  readonly failures: Readonly<Record<string, Failure>>;
}

/** `null`: not too many. */
export function refuseLongBatch(items: readonly unknown[]): Outcome | null {
  return items.length > mostPerBatch ? failed(40074, `batch too large: at most ${mostPerBatch}`) : null;
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
