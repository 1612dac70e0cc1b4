import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseContentDigest, parseDigest } from "../../src/http/index.js";

const base64 = (length: number): string => Buffer.alloc(length, 7).toString("base64");

test("the strongest algorithm counts, whatever the order", () => {
  const field = `md5=:${base64(16)}:, sha-512=:${base64(64)}:,sha-256=:${base64(32)}:;q=1`;
  expect(parseContentDigest(field)).toEqual({ algorithm: "sha512", value: base64(64) });
});

test("algorithms that nobody here knows are ignored", () => {
  expect(parseContentDigest("adler=:AAAA:")).toBeNull();
  expect(parseContentDigest(`adler=:AAAA:, md5=:${base64(16)}:`)).toEqual({ algorithm: "md5", value: base64(16) });
});

test("padding may be left out, and is put back", () => {
  const bare = base64(32).replaceAll("=", "");
  expect(parseContentDigest(`sha-256=:${bare}:`)).toEqual({ algorithm: "sha256", value: base64(32) });
});

test.each(["", "sha-256", "sha-256=abc", "sha-256=:AAAA:", "sha-256=:!:", "SHA-256=:AAAA:", "sha-256=:AAAA", "md5=::"])(
  "%s is malformed",
  (field) => {
    expect(parseContentDigest(field)).toBe("malformed");
  },
);

test("any digest is read back, and any text is read or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.string(), (given, text) => {
      const value = Buffer.from(given).toString("base64");
      expect(parseDigest(value, given.length)).toBe(value);
      expect(parseDigest(value, given.length + 1)).toBeNull();
      const read = parseContentDigest(text);
      expect(read === null || read === "malformed" || read.value.length > 0).toBe(true);
    }),
  );
});
