import { expect, test } from "@jest/globals";
import { checkName, checkPath } from "@stowage/core/catalog";
import fc from "fast-check";
import { media } from "../src/index.js";
import { mediaPaths } from "../src/media/media-path.js";
import { safeName } from "../src/media/safe-name.js";

test.each([
  ["a.png", "png", "a.png"],
  ["a.PNG", "png", "a.PNG"],
  ["a.jpeg", "jpg", "a.jpeg"],
  ["a.png", "jpg", "a.jpg"],
  ["a", "pdf", "a.pdf"],
  ["../../etc/passwd", "pdf", "passwd.pdf"],
  ["C:\\Users\\x\\a.b.docx", "docx", "a.b.docx"],
  [".htaccess", "png", "htaccess.png"],
  ["a\0\r\n.png", "png", "a.png"],
  ["a.png.html", "png", "a.png.png"],
  ["  spaced . png ", "png", "spaced . png.png"],
  ["", "png", null],
  ["...", "png", null],
  [null, "png", null],
])("%j of type %s is called %j", (given, ext, expected) => {
  expect(safeName(given, ext)).toBe(expected);
});

const names = fc.oneof(
  fc.string({ maxLength: 400 }),
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.string({ unit: "grapheme", maxLength: 400 }),
  fc.constantFrom("😀".repeat(200), "\ud800", ".", "..", "/", "a/..", "x.".repeat(300)),
);

test("whatever a client calls a file, its paths are paths, all different, with the extension of the type", () => {
  fc.assert(
    fc.property(names, fc.constantFrom("png", "jpg", "docx"), (name, ext) => {
      const safe = safeName(name, ext);
      if (safe !== null) checkName(safe);
      const id = "0123456789abcdef-0123456789abcdef-0123";
      const paths = [...mediaPaths("/media/{kind}/{name}", { id, kind: "image", name, ext })];
      for (const path of paths) {
        checkPath(path);
        expect(path).toMatch(/^\/media\/image\/[^/]+\.(png|jpg|jpeg|jpe|jfif|docx)$/i);
      }
      expect(new Set(paths).size).toBe(paths.length);
    }),
    { numRuns: 1000 },
  );
});

test("numbers go in front of the extension", () => {
  const facts = { id: "ID", kind: "image", name: "a.png", ext: "png" };
  expect([...mediaPaths("/x.y/{name}", facts)].slice(0, 2)).toEqual(["/x.y/a.png", "/x.y/a (2).png"]);
  expect([...mediaPaths("/x.y/{id}", facts)].slice(0, 2)).toEqual(["/x.y/ID", "/x.y/ID (2)"]);
  expect([...mediaPaths("/x/{name}", facts)].at(-1)).toBe("/x/a-ID.png");
});

test.each([
  [{ maxChunk: 1024 * 1024 + 1 }, /maxChunk/],
  [{ maxImage: 0 }, /maxImage/],
  [{ imageTypes: [] }, /imageTypes/],
  [{ documentTypes: ["PDF"] }, /documentTypes/],
  [{ path: "media/{id}" }, /path/],
  [{ path: "/media/{ext}" }, /path/],
  [{ path: "/{id}/all" }, /path/],
  [{ path: "/../{id}" }, /path/],
  [{ path: "/{user}/{id}" }, /path/],
  [{ policy: "" }, /policy/],
  [{ chunk: 1 }, /options/],
])("options %j are refused", (options, message) => {
  expect(() => media(options as object)).toThrow(message);
});
