import { describe, expect, test } from "@jest/globals";
import { isUploadError } from "@stowage/core";
import fc from "fast-check";
import { parseUploadChecksum, readDigest } from "../src/upload/digest-header.js";

const base64 = (length: number): string => Buffer.alloc(length, 7).toString("base64");
const headers = (fields: Record<string, string>): { header(name: string): string | undefined } => ({
  header: (name) => fields[name],
});

const parseContentDigest = (field: string) => readDigest(headers({ "content-digest": field }));

describe("digest fields", () => {
  test("the strongest algorithm of Content-Digest counts", () => {
    const field = `md5=:${base64(16)}:, sha-512=:${base64(64)}:,sha-256=:${base64(32)}:;q=1`;
    expect(parseContentDigest(field)).toEqual({ algorithm: "sha512", value: base64(64) });
  });

  test("algorithms that nobody here knows are ignored", () => {
    expect(parseContentDigest("adler=:AAAA:")).toBeNull();
  });

  test("padding is not needed, and is put back", () => {
    const bare = base64(32).replaceAll("=", "");
    expect(parseContentDigest(`sha-256=:${bare}:`)).toEqual({ algorithm: "sha256", value: base64(32) });
  });

  test("Upload-Checksum as in tus", () => {
    expect(parseUploadChecksum(`sha1 ${base64(20)}`)).toEqual({ algorithm: "sha1", value: base64(20) });
    expect(parseUploadChecksum(`crc32 ${base64(4)}`)).toEqual({ algorithm: "crc32", value: base64(4) });
  });

  test("no field, no digest; Content-Digest wins", () => {
    expect(readDigest(headers({}))).toBeNull();
    const both = { "content-digest": `sha-256=:${base64(32)}:`, "upload-checksum": `sha1 ${base64(20)}` };
    expect(readDigest(headers(both))?.algorithm).toBe("sha256");
  });

  test.each([
    "",
    "sha-256",
    "sha-256=abc",
    `sha-256=:${base64(31)}:`,
    "sha-256=:a:",
    `SHA-256=:${base64(32)}:`,
    "sha-256=::",
  ])("Content-Digest: %s is refused", (field) => {
    expect(() => parseContentDigest(field)).toThrow("content-digest");
  });

  test.each([
    "",
    "sha1",
    `sha1  ${base64(20)}`,
    `sha1 ${base64(19)}`,
    `toString ${base64(20)}`,
    `sha1 ${base64(20)} x`,
  ])("Upload-Checksum: %s is refused", (field) => {
    expect(() => parseUploadChecksum(field)).toThrow("upload-checksum");
  });

  test("whatever comes, a digest of the right length or OPTIONS_INVALID", () => {
    const text = fc.string({
      unit: fc.constantFrom("s", "h", "a", "1", "-", "2", "5", "6", "=", ":", ",", " ", "A", "/"),
    });
    fc.assert(
      fc.property(text, (field) => {
        for (const parse of [parseContentDigest, parseUploadChecksum]) {
          try {
            const found = parse(field);
            if (found !== null) expect(Buffer.from(found.value, "base64").toString("base64")).toBe(found.value);
          } catch (error) {
            if (!isUploadError(error)) throw error;
            expect(error.code).toBe("OPTIONS_INVALID");
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
