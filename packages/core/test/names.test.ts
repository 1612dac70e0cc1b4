import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ancestorsOf, checkPath, nameOf, parentOf } from "../src/catalog/index.js";
import { makeObjectKey } from "../src/engine/object-key.js";
import { parseRange } from "../src/http/index.js";
import { defineDriver, isUploadError, UploadError } from "../src/index.js";

const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
const accepted = (path: string): boolean => {
  try {
    checkPath(path);
    return true;
  } catch (error) {
    expect(isUploadError(error) && error.code).toBe("NAME_REFUSED");
    return false;
  }
};

describe("paths", () => {
  test("what is accepted has clean names only, and comes apart and together again", () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        const path = `/${names.join("/")}`;
        if (!accepted(path)) return;
        const found = path.slice(1).split("/");
        for (const each of found) expect(["", ".", ".."]).not.toContain(each);
        expect(`${parentOf(path) === "/" ? "" : parentOf(path)}/${nameOf(path)}`).toBe(path);
        expect(ancestorsOf(path)).toEqual(found.slice(0, -1).map((_, at) => `/${found.slice(0, at + 1).join("/")}`));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(["/", "/a", "/a/b c", "/ü", "/a..b", "/...", `/${"x".repeat(255)}`])("%p is one", (path) =>
    expect(accepted(path)).toBe(true),
  );
  test.each(["", "a", "/a/", "//", "/../a", "/a/.", "/\n", `/${"ü".repeat(128)}`])("%p is none", (path) =>
    expect(accepted(path)).toBe(false),
  );
});

describe("object keys", () => {
  const now = Date.UTC(2026, 10, 21, 4, 5, 6);
  test("know Cloudreve's variables, in UTC", () => {
    const template =
      "{date} {datetime} {year} {month} {day} {hour} {minute} {second} {timestamp} {timestamp_nano} {uid} {ext} {originname} {originname_without_ext} {path} {unknown}";
    expect(makeObjectKey(template, { owner: "u/1", path: "/p/q/a.tar.gz", now })).toBe(
      "20261121 20261121040506 2026 11 21 04 05 06 1795233906 1795233906000000000 u_1 .gz a.tar.gz a.tar /p/q {unknown}",
    );
    expect(makeObjectKey("{randomnum2}{randomnum3}{randomnum4}{randomnum8}", { owner: "", path: null, now })).toMatch(
      /^[01][012][0-3][0-7]$/,
    );
    expect(makeObjectKey("{randomkey8}-{randomkey16}-{uuid}", { owner: "", path: null, now })).toMatch(
      /^\w{8}-\w{16}-[-0-9a-f]{36}$/,
    );
  });

  test("keep what comes from users in its place", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.string({ unit: "binary", maxLength: 60 }),
        (owner, path) => {
          const key = makeObjectKey("a/{uid}/{path}/{originname}/z", { owner, path: `/${path}`, now });
          expect(key.startsWith("a/") && key.endsWith("/z")).toBe(true);
          const isClean = (segment: string) => !["", ".", ".."].includes(segment) && !/[\p{Cc}\\]/u.test(segment);
          expect(key.split("/").every(isClean)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("Range", () => {
  test("is half-open inside, or ignored, or unsatisfiable, and never reaches outside", () => {
    const field = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(300), fc.nat(300)).map(([a, b]) => `bytes=${a}-${b}`),
      fc.nat(300).map((n) => `bytes=-${n}`),
      fc.nat(300).map((n) => `bytes=${n}-`),
    );
    fc.assert(
      fc.property(field, fc.nat(200), (given, size) => {
        const range = parseRange(given, size);
        if (range === null || range === "unsatisfiable") return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeLessThanOrEqual(size);
        expect(range.start).toBeLessThan(range.end);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["bytes=0-0", 10, { start: 0, end: 1 }],
    ["bytes=5-", 10, { start: 5, end: 10 }],
    ["bytes=-3", 10, { start: 7, end: 10 }],
    ["bytes=-30", 10, { start: 0, end: 10 }],
    ["BYTES= 2-999 ", 10, { start: 2, end: 10 }],
    ["bytes=10-", 10, "unsatisfiable"],
    ["bytes=-0", 10, "unsatisfiable"],
    ["bytes=0-", 0, "unsatisfiable"],
    ["bytes=3-2", 10, null],
    ["bytes=0-1,3-4", 10, null],
    ["items=0-1", 10, null],
    [undefined, 10, null],
  ])("%p of %d bytes", (field, size, range) => expect(parseRange(field, size)).toEqual(range));
});

test("defineDriver names every issue of the options, and refuses before anything is made", () => {
  const issues = [
    { message: "must be a path", path: ["root"] },
    { message: "unknown", path: [{ key: "rot" }] },
  ];
  const schema = { "~standard": { version: 1, vendor: "test", validate: () => ({ issues }) } } as const;
  const driver = defineDriver({
    name: "d",
    schema,
    create: () => {
      throw new Error("made");
    },
  });
  expect(() => driver({})).toThrow(UploadError);
  expect(() => driver({})).toThrow("options of driver d: root: must be a path; rot: unknown");
});
