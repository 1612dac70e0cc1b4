import { mkdir, readdir, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join, posix, win32 } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { fromBytes, isUploadError, put } from "@stowage/core";
import fc from "fast-check";
import { segmentsOf } from "../src/key.js";
import { begun, never, type Scene, scene, targetOf } from "./scene.js";

const refused = { code: "NAME_REFUSED" };
/** What a key that wants out is made of. */
const spiteful = fc.oneof(
  fc.constantFrom("..", ".", "", "/", "\\", "\0", "~", "C:", "c:x", "\\\\host\\share", "con", "..\\..", "%2e%2e", "a"),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const anyKey = fc.array(spiteful, { maxLength: 6 }).chain((parts) => fc.constantFrom(parts.join("/"), parts.join("")));

function segmentsOrNull(key: string): readonly string[] | null {
  try {
    return segmentsOf(key);
  } catch (error) {
    if (isUploadError(error) && error.code === "NAME_REFUSED") return null;
    throw error;
  }
}

test("whatever is accepted stays below the root, on POSIX and on Windows", () => {
  fc.assert(
    fc.property(anyKey, (key) => {
      const segments = segmentsOrNull(key);
      if (segments === null) return;
      expect(posix.normalize(posix.join("/root/objects", ...segments))).toBe(`/root/objects/${segments.join("/")}`);
      expect(win32.resolve("D:\\root\\objects", ...segments)).toBe(`D:\\root\\objects\\${segments.join("\\")}`);
      expect(segments.join("/")).toBe(key);
    }),
    { numRuns: 2000 },
  );
});

test("two keys are never one file", () => {
  fc.assert(
    fc.property(anyKey, anyKey, (one, other) => {
      const [first, second] = [segmentsOrNull(one), segmentsOrNull(other)];
      if (first === null || second === null || one === other) return;
      expect(Buffer.from(join("/", ...first))).not.toEqual(Buffer.from(join("/", ...second)));
    }),
  );
});

test.each([
  "",
  "/",
  "/etc/passwd",
  "a/",
  "a//b",
  "..",
  "../a",
  "a/../b",
  "a/./b",
  "a\0b",
  "a\nb",
  "a\\b",
  "C:/windows",
  "c:evil",
  "a/CON",
  "nul.txt",
  "Com1",
  "lpt9.tar.gz",
  "COM¹",
  "aux .txt",
  "trailing.",
  "trailing ",
  "a./b",
  "\ud800",
  "x".repeat(256),
  "é".repeat(128),
  "long/".repeat(300) + "x",
])("%j is refused by every door", async (key) => {
  const at = await scene();
  const target = targetOf(3, key);
  await expect(at.driver.begin(target, never)).rejects.toMatchObject(refused);
  const { objects } = at.driver;
  await expect(objects!.stat(key, never)).rejects.toMatchObject(refused);
  await expect(objects!.read!(key, null, never)).rejects.toMatchObject(refused);
  await expect(objects!.remove(key, never)).rejects.toMatchObject(refused);
  const { handle, receipts } = await begun(at.driver, targetOf(3), [[0, "abc"]]);
  await expect(at.driver.sink(handle, target).complete(receipts, never)).rejects.toMatchObject(refused);
  await at.end();
});

test.each([
  "x".repeat(255),
  "contact.txt",
  "console",
  "com10",
  "ünï/cødé/文件.txt",
  ".hidden",
  "a b",
  "…",
  "10:30",
  "-rf",
])("%j is stored as it is", async (key) => {
  const at = await scene();
  await put(at.driver, { key, body: fromBytes(Buffer.from("abc")) });
  expect(await at.files()).toEqual([`objects/${key}`]);
  await at.driver.objects!.remove(key, never);
  await at.driver.objects!.remove(key, never);
  expect(await readdir(join(at.root, "objects"))).toEqual([]);
  await at.end();
});

describe("symbolic links planted in the root", () => {
  const denied = { code: "BACKEND_DENIED" };
  let at: Scene;
  let outside: string;
  beforeEach(async () => {
    at = await scene();
    outside = join(dirname(at.root), "outside");
    await mkdir(outside);
    await writeFile(join(outside, "secret"), "secret");
    await put(at.driver, { key: "there/already", body: fromBytes(Buffer.from("abc")) });
  });
  afterEach(async () => {
    expect(await readdir(outside)).toEqual(["secret"]);
    await at.end();
  });
  const everyDoor = async (key: string): Promise<void> => {
    const { objects } = at.driver;
    await expect(objects!.stat(key, never)).rejects.toMatchObject(denied);
    await expect(objects!.read!(key, null, never)).rejects.toMatchObject(denied);
    await expect(objects!.remove(key, never)).rejects.toMatchObject(denied);
  };

  test("a folder of a key", async () => {
    await symlink(outside, join(at.root, "objects/out"));
    await everyDoor("out/secret");
    for (const key of ["out/new", "out/deep/er/new"]) {
      const target = targetOf(3, key);
      const { handle, receipts } = await begun(at.driver, target, [[0, "abc"]]);
      await expect(at.driver.sink(handle, target).complete(receipts, never)).rejects.toMatchObject(denied);
    }
    const empty = targetOf(0, "out/empty");
    const handle = await at.driver.begin(empty, never);
    await expect(at.driver.sink(handle, empty).complete([], never)).rejects.toMatchObject(denied);
  });

  test("an object", async () => {
    await symlink(join(outside, "secret"), join(at.root, "objects/object"));
    await everyDoor("object");
    const target = targetOf(6, "object");
    const { handle, receipts } = await begun(at.driver, target, [[0, "abcdef"]]);
    await expect(at.driver.sink(handle, target).complete(receipts, never)).rejects.toMatchObject({
      code: "OBJECT_EXISTS",
    });
  });

  test("an object that becomes one between read and the first piece", async () => {
    const source = await at.driver.objects!.read!("there/already", null, never);
    await at.driver.objects!.remove("there/already", never);
    await mkdir(join(at.root, "objects/there"));
    await symlink(join(outside, "secret"), join(at.root, "objects/there/already"));
    const iterator = source.stream()[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toMatchObject(denied);
  });

  test("a part file", async () => {
    const target = targetOf(6);
    const handle = (await at.driver.begin(target, never)) as { part: string };
    await symlink(join(outside, "secret"), join(at.root, "parts", handle.part));
    await expect(begun(at.driver, target, [[0, "abcdef"]])).rejects.toMatchObject(denied);
    await expect(at.driver.fence!(handle, target, never)).rejects.toMatchObject(denied);
    await expect(at.driver.sink(handle, target).complete([], never)).rejects.toMatchObject({});
    await at.driver.abort(handle, target, never);
    expect(await readdir(join(at.root, "parts"))).toEqual([]);
  });

  test.each(["objects", "parts"])("the folder of %s", async (folder) => {
    await rename(join(at.root, folder), join(at.root, "moved"));
    await symlink(outside, join(at.root, folder));
    for (const driver of [at.driver, at.another()]) {
      await expect(put(driver, { key: "new", body: fromBytes(Buffer.from("abc")) })).rejects.toMatchObject(denied);
    }
    if (folder === "objects") await everyDoor("secret");
  });
});
