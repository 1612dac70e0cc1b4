import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { S3Server } from "@stowage/servers";
import { subjectOf } from "./subject.js";
import type { Subject } from "./dialect-case.js";
import { dialectCases } from "./dialect-cases.js";

/**
 * Asks a server everything. `deviations` says what it answers where that is not what S3 does: whoever answers anything else
 * fails, also where it is now right.
 */
export function describeDialect(
  name: string,
  start: () => Promise<S3Server>,
  deviations: Readonly<Record<string, string>>,
): void {
  describe(`the S3 dialect of ${name}`, () => {
    let subject: Subject;
    beforeAll(async () => {
      subject = subjectOf(await start());
    }, 90_000);
    afterAll(() => subject.server.close(), 60_000);

    test("deviates in what there is a case for", () => {
      const known = dialectCases.map(({ id }) => id);
      expect(Object.keys(deviations).filter((id) => !known.includes(id))).toEqual([]);
    });

    for (const one of dialectCases) {
      const { id, s3 } = one;
      const expected = deviations[id] ?? s3;
      const title = expected === s3 ? `${id}: ${s3}` : `${id}: ${expected} (S3: ${s3})`;
      test(title, async () => expect(await one.observe(subject)).toBe(expected), 60_000);
    }
  });
}
