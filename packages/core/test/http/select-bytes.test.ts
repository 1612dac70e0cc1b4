import { expect, test } from "@jest/globals";
import { selectBytes } from "../../src/http/index.js";

const etag = '"v1"';
const select = (fields: Readonly<Record<string, string>>, size = 10) =>
  selectBytes({ header: (name) => fields[name] }, etag, size);
const whole = { kind: "bytes", status: 200, range: null, headers: { "content-length": "10" } };
const part = {
  kind: "bytes",
  status: 206,
  range: { start: 2, end: 5 },
  headers: { "content-length": "3", "content-range": "bytes 2-4/10" },
};

test.each([
  ["nothing asked", {}, whole],
  ["a range", { range: "bytes=2-4" }, part],
  ["a range of the version that the client has", { range: "bytes=2-4", "if-range": etag }, part],
  ["a range of another version", { range: "bytes=2-4", "if-range": '"v0"' }, whole],
  [
    "a range by date, which tells no version",
    { range: "bytes=2-4", "if-range": "Sat, 21 Nov 2026 00:00:00 GMT" },
    whole,
  ],
  ["a weak tag for a range", { range: "bytes=2-4", "if-range": `W/${etag}` }, whole],
  ["several ranges", { range: "bytes=0-1,3-4" }, whole],
  ["the version that the client has", { "if-none-match": etag }, { kind: "unchanged" }],
  ["it among others, weakly", { "if-none-match": `"v0", W/${etag}`, range: "bytes=2-4" }, { kind: "unchanged" }],
  ["any version", { "if-none-match": "*" }, { kind: "unchanged" }],
  ["another version", { "if-none-match": '"v0"' }, whole],
  [
    "a range behind the end",
    { range: "bytes=10-" },
    { kind: "unsatisfiable", headers: { "content-range": "bytes */10" } },
  ],
])("%s", (_name, fields, expected) => {
  expect(select(fields as Readonly<Record<string, string>>)).toEqual(expected);
});

test("an empty file is whole, and has no ranges", () => {
  expect(select({}, 0)).toEqual({ ...whole, headers: { "content-length": "0" } });
  expect(select({ range: "bytes=0-" }, 0)).toEqual({
    kind: "unsatisfiable",
    headers: { "content-range": "bytes */0" },
  });
});
