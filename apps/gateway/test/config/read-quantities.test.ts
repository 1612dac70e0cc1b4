import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { z } from "zod";
import { driverOptions } from "../../src/config/driver-options.js";
import { makePolicies } from "../../src/open-policies.js";
import { knownDriver } from "../../src/known-driver.js";
import { load, mistakesOf } from "./written-config.js";

const schema = z.strictObject({
  partSize: z.int().min(1).optional(),
  idleMs: z.int().optional(),
  pathStyle: z.boolean().default(false),
  bucket: z.string().optional(),
  either: z.union([z.int(), z.string()]).optional(),
  retry: z.strictObject({ waitMs: z.int(), times: z.int().nullable() }).optional(),
  sizes: z.array(z.int()).optional(),
  byName: z.record(z.string(), z.int()).optional(),
});
const read = (options: unknown): unknown => driverOptions({ schema }, options);

describe("options of drivers", () => {
  test.each([
    [{ partSize: "16 MiB" }, { partSize: 16 * 1024 ** 2 }],
    [{ partSize: "4096" }, { partSize: 4096 }],
    [{ idleMs: "1m30s" }, { idleMs: 90_000 }],
    [{ idleMs: "1500" }, { idleMs: 1500 }],
    [{ pathStyle: "true" }, { pathStyle: true }],
    [
      { retry: { waitMs: "2s", times: "3" }, sizes: ["1 kB", 2], byName: { a: "1 KiB" } },
      { retry: { waitMs: 2000, times: 3 }, sizes: [1000, 2], byName: { a: 1024 } },
    ],
  ])("%j are read as %j", (given, expected) => {
    expect(read(given)).toEqual(expected);
    expect(schema.safeParse(read(given)).success).toBe(true);
  });

  test.each([
    { bucket: "16 MiB", either: "7d" },
    { partSize: "7d", idleMs: "16 MiB" },
    { partSize: "16 XiB", idleMs: "1h later" },
    { partSize: "010", idleMs: "010" },
    { pathStyle: "yes", retry: "none", sizes: "1 kB", unknown: { partSize: "1 kB" } },
    { partSize: null, sizes: [null], retry: { times: null } },
    null,
    "16 MiB",
    ["16 MiB"],
  ])("%j stay as they are, for the schema to judge", (given) => {
    expect(read(given)).toEqual(given);
  });

  test("what the schema takes as it is, it takes unchanged", () => {
    const number = fc.integer({ min: 1, max: 1e9 });
    const options = fc.record(
      {
        partSize: number,
        idleMs: number,
        pathStyle: fc.boolean(),
        bucket: fc.string(),
        either: fc.oneof(number, fc.string()),
        sizes: fc.array(number),
      },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(options, (given) => expect(read(given)).toEqual(given)));
  });

  test("nothing makes it throw, or makes a number of what is no whole one", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { partSize } = read({ partSize: text }) as { partSize: unknown };
        expect(partSize === text || Number.isSafeInteger(partSize)).toBe(true);
        expect(() => read({ retry: text, sizes: text, byName: [text] })).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});

describe("in a file", () => {
  const withOptions = (options: string): string =>
    `policies: { a: { driver: local, options: { root: x, ${options} } } }`;

  test("a driver takes sizes, durations and variables", async () => {
    const text = withOptions('minFree: 1 GiB, staleMs: 30d, openFiles: "${FILES}"');
    const { policies } = await load(text, { FILES: "64" });
    const driver = await knownDriver("local");
    expect(driver === null ? null : driver.schema.parse(driverOptions(driver, policies["a"]?.options))).toMatchObject({
      minFree: 1024 ** 3,
      staleMs: 30 * 86_400_000,
      openFiles: 64,
    });
    expect(await makePolicies({ policies, data: "." }, {})).toMatchObject([{ id: "a", driver: { name: "local" } }]);
  });

  test("what is none is refused at its place", async () => {
    expect(await mistakesOf(withOptions("minFree: 1 XiB, staleMs: 1s"))).toEqual([
      expect.stringMatching(/^policies\.a\.options\.minFree: a .*number is wanted, not a text \(line 1\)$/),
      expect.stringMatching(/^policies\.a\.options\.staleMs: .*60000 \(line 1\)$/),
    ]);
  });
});
