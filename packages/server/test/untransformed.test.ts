import { expect, test } from "@jest/globals";
import { untransformed } from "../src/untransformed.js";

test("an answer that has ranges is not for compressors", () => {
  expect(untransformed({ "accept-ranges": "bytes" })).toEqual({
    "accept-ranges": "bytes",
    "cache-control": "no-transform",
  });
  expect(untransformed({ "content-range": "bytes 0-1/2", "cache-control": "private" })).toMatchObject({
    "cache-control": "private, no-transform",
  });
});

test("all others are left alone", () => {
  for (const fields of [{}, { "cache-control": "no-store" }, { "accept-ranges": "none" }])
    expect(untransformed(fields)).toEqual(fields);
});
