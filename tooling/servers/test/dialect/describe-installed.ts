import { describe, expect, test } from "@jest/globals";
import type { S3Server } from "@stowage/servers";
import { describeDialect } from "./describe-dialect.js";

/** A server that may be installed. */
export interface InstalledServer {
  readonly name: string;
  /** The version that the deviations are of, as far as it matters: `2.30` for 2.30.1. */
  readonly known: string;
  /** `null`: not installed. */
  readonly version: string | null;
  readonly start: () => Promise<S3Server>;
  readonly deviations: Readonly<Record<string, string>>;
}

/**
 * Asks an installed server everything, with STOWAGE_EXTENDED=1, where it has to be there and of the version that the
 * deviations are of. Without it the suite says that it did not run.
 */
export function describeInstalled({ name, known, version, start, deviations }: InstalledServer): void {
  if (process.env["STOWAGE_EXTENDED"] !== "1") {
    describe(`the S3 dialect of ${name}`, () => {
      test.todo("was not asked for: it runs with STOWAGE_EXTENDED=1");
    });
    return;
  }
  if (version?.startsWith(`${known}.`) === true) {
    describeDialect(`${name} ${version}`, start, deviations);
    return;
  }
  test(`${name} ${known} is installed`, () => expect(version ?? "not installed").toBe(known));
}
