import { describe, expect, test } from "@jest/globals";
import { isUploadError } from "@stowage/core";
import fc from "fast-check";
import { ownPath, parseUri, printUri } from "../src/wire/uri.js";

const code = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return isUploadError(error) ? error.code : "not ours";
  }
  return "nothing thrown";
};

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((text) => !/\p{Cc}|\//u.test(text) && text !== "." && text !== "..");
const path = fc.array(name, { maxLength: 6 }).map((names) => `/${names.join("/")}`);

describe("cloudreve:// URIs", () => {
  test("what is printed is read back as the same path", () => {
    fc.assert(fc.property(path, (given) => expect(parseUri(printUri(given)).path).toBe(given)));
  });

  test("any text gives a clean absolute path or OPTIONS_INVALID", () => {
    const tail = fc.string({ unit: fc.constantFrom("a", "/", ".", "%", "2", "F", "E", "?", "#", "ü", "\\", ":", "@") });
    fc.assert(
      fc.property(tail, (text) => {
        try {
          const { path: found } = parseUri(`cloudreve://my/${text}`);
          expect(found.startsWith("/")).toBe(true);
          const names = found.slice(1).split("/");
          if (found !== "/") for (const each of names) expect(["", ".", ".."]).not.toContain(each);
        } catch (error) {
          if (!isUploadError(error)) throw error;
          expect(error.code).toBe("OPTIONS_INVALID");
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("decoding happens once: a percent sign survives a round trip", () => {
    fc.assert(
      fc.property(path, (given) => {
        const twice = printUri(`/${encodeURIComponent(given)}`);
        expect(parseUri(twice).path).toBe(`/${encodeURIComponent(given)}`);
      }),
    );
  });

  test.each([
    ["cloudreve://my", "/"],
    ["cloudreve://my/", "/"],
    ["CloudReve://MY/a", "/a"],
    ["cloudreve://my/Inspirations/archive%20(3).zip", "/Inspirations/archive (3).zip"],
    ["cloudreve://my/%C3%BC%20%23100%25%3F.bin", "/ü #100%?.bin"],
    ["cloudreve://my/a%2Fb", "/a/b"],
    ["cloudreve://my/a/%2e%2e/b", "/b"],
    ["cloudreve://my/a%2F..%2F..%2F..%2Fb", "/b"],
    ["cloudreve://my//a///b/./", "/a/b"],
    ["cloudreve://my/a+b", "/a+b"],
    ["cloudreve://my/%252e%252e", "/%2e%2e"],
    ["cloudreve://my/a?name=b", "/a"],
  ])("%s is %s", (text, expected) => {
    expect(parseUri(text).path).toBe(expected);
  });

  test.each([
    "",
    "my/a",
    "http://my/a",
    "cloudreve:/my/a",
    "cloudreve://my/%",
    "cloudreve://my/%zz",
    "cloudreve://my/%ff",
    "cloudreve://my/%c0%af",
    "cloudreve://my/a#b",
    "cloudreve://a@b@my/c",
  ])("%s is refused", (text) => {
    expect(code(() => parseUri(text))).toBe("OPTIONS_INVALID");
  });

  test("only one's own files answer", () => {
    expect(ownPath("cloudreve://alice@my/a", "alice")).toBe("/a");
    expect(ownPath("cloudreve://alice:pw@my/a", "alice")).toBe("/a");
    expect(ownPath("cloudreve://%61lice@my/a", "alice")).toBe("/a");
    expect(code(() => ownPath("cloudreve://bob@my/a", "alice"))).toBe("FORBIDDEN");
    expect(code(() => ownPath("cloudreve://x@share/a", "alice"))).toBe("FORBIDDEN");
    expect(code(() => ownPath("cloudreve://trash/a", "alice"))).toBe("FORBIDDEN");
    expect(code(() => ownPath("cloudreve://elsewhere/a", "alice"))).toBe("OPTIONS_INVALID");
    expect(code(() => ownPath("cloudreve://my/a%00b", "alice"))).toBe("NAME_REFUSED");
  });
});
