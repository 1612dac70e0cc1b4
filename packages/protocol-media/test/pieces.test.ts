import { expect, test } from "@jest/globals";
import { byteBudget } from "@stowage/core";
import fc from "fast-check";
import { boundaryOf } from "../src/form/boundary.js";
import { holdBytes } from "../src/form/hold-bytes.js";
import { judgeType } from "../src/type/judge-type.js";
import { docx, jpeg, lateDocx, noise, pdf, png, zip } from "./samples.js";
import { openSite, sendAll, complete } from "./site.js";

const { signal } = new AbortController();
const ascii = (text: string): Uint8Array => Buffer.from(text, "latin1");

test("the boundary of a form is that of its type, else that of its first line", () => {
  const type = "multipart/form-data";
  expect(boundaryOf(`${type}; boundary=abc`, ascii(""))).toBe("abc");
  expect(boundaryOf(`${type}; charset=utf-8; Boundary="a b"`.replace("a b", "a:b"), ascii(""))).toBe("a:b");
  expect(boundaryOf(type, ascii("----x"))).toBeNull();
  expect(boundaryOf(type, ascii("----x\r\nContent"))).toBe("--x");
  for (const [given, start] of [
    [type, "x\r\n"],
    [type, "--\r\n"],
    [type, `--${"x".repeat(71)}\r\n`],
    [type, "--a b\r\n"],
    [`${type}; boundary=`, "--x\r\n"],
    [`${type}; boundary="`, "--x\r\n"],
    [`${type}; boundary=${"x".repeat(71)}`, ""],
  ] as const)
    expect(() => boundaryOf(given, ascii(start))).toThrow(/request: /);
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."abcXYZ019'()+_,-./:=?".split("")), minLength: 1, maxLength: 70 }),
      (name) => {
        expect(boundaryOf(type, ascii(`--${name}\r\n`))).toBe(name);
        expect(boundaryOf(`${type}; boundary="${name}"`, ascii(""))).toBe(name);
      },
    ),
  );
});

test("types are told by the bytes", async () => {
  const images = ["image/png", "image/jpeg"];
  const documents = ["application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"];
  const whole = (bytes: Uint8Array, types: readonly string[]) => judgeType(bytes, types, true);
  const begun = (bytes: Uint8Array, types: readonly string[]) => judgeType(bytes, types, false);
  expect(await whole(png(20), images)).toEqual({ kind: "accepted", type: { mime: "image/png", ext: "png" } });
  expect(await begun(jpeg(9000).subarray(0, 5000), images)).toMatchObject({ kind: "accepted", type: { ext: "jpg" } });
  expect(await begun(pdf(9000).subarray(0, 5000), documents)).toMatchObject({ kind: "accepted" });
  expect(await begun(docx(9000).subarray(0, 5000), documents)).toMatchObject({
    kind: "accepted",
    type: { ext: "docx" },
  });
  expect(await begun(lateDocx(9000).subarray(0, 5000), documents)).toEqual({ kind: "open" });
  expect(await begun(lateDocx(9000).subarray(0, 5000), images)).toMatchObject({ kind: "refused" });
  expect(await whole(zip([["a", noise(10)]]), documents)).toEqual({ kind: "refused", found: "application/zip" });
  expect(await begun(png(50).subarray(0, 1), images)).toEqual({ kind: "open" });
  expect(await whole(png(50).subarray(0, 1), images)).toMatchObject({ kind: "refused" });
  expect(await begun(noise(4099), images)).toEqual({ kind: "open" });
  expect(await begun(noise(4100), images)).toEqual({ kind: "refused", found: null });
});

test("a few bytes settle nothing, though they look like a type that is taken", async () => {
  const jpegLs = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xf7]), noise(9000)]);
  const still = png(60);
  const control = Buffer.concat([Buffer.from([0, 0, 0, 8]), Buffer.from("acTL"), Buffer.alloc(12)]);
  const moving = Buffer.concat([still.subarray(0, 33), control, still.subarray(33)]);
  for (const [whole, start, found] of [
    [jpegLs, 3, "image/jls"],
    [moving, 33, "image/apng"],
  ] as const) {
    const types = ["image/jpeg", "image/png"];
    expect(await judgeType(whole.subarray(0, start), types, false)).toEqual({ kind: "open" });
    expect(await judgeType(whole, types, true)).toEqual({ kind: "refused", found });
  }
});

test("text is UTF-8 without control characters, and taken only where it is asked for", async () => {
  const text = Buffer.from(`Grüße, ${"тест 😀\r\n\t".repeat(400)}`);
  expect(await judgeType(text, ["text/plain"], true)).toMatchObject({ kind: "accepted", type: { ext: "txt" } });
  // A character is cut in two.
  expect(await judgeType(text.subarray(0, 4101), ["text/plain"], false)).toMatchObject({ kind: "accepted" });
  expect(await judgeType(text.subarray(0, 50), ["text/plain"], false)).toEqual({ kind: "open" });
  expect(await judgeType(text, ["application/pdf"], true)).toEqual({ kind: "refused", found: "text/plain" });
  for (const bytes of [Buffer.from("a\0b"), Buffer.from([0x61, 0xff, 0x62]), Buffer.from("a\u001bb")])
    expect(await judgeType(bytes, ["text/plain"], true)).toEqual({ kind: "refused", found: null });
});

test("no bytes make the detection throw", async () => {
  const signatures = [png(9), jpeg(300), pdf(9), docx(9), Buffer.from("II*\0"), Buffer.from("\x1f\x8b\x08", "latin1")];
  const mangled = fc
    .record({ start: fc.constantFrom(...signatures), cut: fc.nat(600), rest: fc.uint8Array({ maxLength: 300 }) })
    .map(({ start, cut, rest }) => Buffer.concat([start.subarray(0, cut), rest]));
  await fc.assert(
    fc.asyncProperty(mangled, async (bytes) => {
      expect(["accepted", "refused"]).toContain((await judgeType(bytes, ["image/png"], true)).kind);
    }),
    { numRuns: 500 },
  );
});

test("chunks are held under half of the budget, and what is taken is given back", async () => {
  const memory = byteBudget(1000);
  const hold = holdBytes(memory);
  let running = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    // A driver asks for the other half, and gets it.
    await memory.take(500, { signal });
    memory.give(500);
    running -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, (_, index) => hold(`owner ${index % 5}`)(200, { signal }, work)));
  expect(most).toBe(2);
  most = 0;
  await Promise.all(Array.from({ length: 20 }, () => hold("alice")(60, { signal }, work)));
  expect(most).toBe(2);
  await expect(hold(null)(200, { signal }, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  await expect(hold(null)(200, { signal: AbortSignal.abort(new Error("over")) }, work)).rejects.toThrow("over");
  expect(memory.tryTake(1000)).toBe(true);
});

test("more uploads at once than the budget holds all come through", async () => {
  const site = openSite({ memory: 512 * 1024 });
  const files = Array.from({ length: 30 }, (_, index) => png(180, index + 1));
  const replies = await Promise.all(files.map(async (whole) => complete(site, await sendAll(site, whole))));
  expect(replies.map(({ status }) => status)).toEqual(files.map(() => 200));
  expect(site.held()).toBe(0);
  await site.close();
}, 30_000);
