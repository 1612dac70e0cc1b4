import { link, mkdir, readFile, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { bytes, fromStream, put } from "@stowage/core";
import { local } from "../src/index.js";
import { begun, chunkOf, never, patterned, type Scene, scene, targetOf } from "./scene.js";

describe.each([
  ["process", { durability: "process" }],
  ["process, calls in threads", { durability: "process", syncBelow: 0 }],
  ["disk", { durability: "disk" }],
  ["process, without hard links", { durability: "process", hardLinks: "never" }],
  ["disk, without hard links", { durability: "disk", hardLinks: "never" }],
] as const)("durability %s", (_name, options) => {
  let at: Scene;
  beforeEach(async () => void (at = await scene(options)));
  afterEach(() => at.end());

  test("chunks in any order become the object, and nothing else stays", async () => {
    const target = targetOf(9, "a/b/c.txt");
    const { handle, receipts } = await begun(at.driver, target, [
      [6, "789"],
      [0, "123"],
      [3, "456"],
    ]);
    const object = await at.driver.sink(handle, target).complete(receipts, never);
    expect(object).toEqual({ key: "a/b/c.txt", size: 9 });
    expect(await readFile(join(at.root, "objects/a/b/c.txt"), "utf8")).toBe("123456789");
    expect(await at.files()).toEqual(["objects/a/b/c.txt"]);
  });

  test("begin makes nothing", async () => {
    await at.driver.begin(targetOf(3), never);
    await expect(stat(at.root)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("completing again, also by another instance, gives the same object", async () => {
    const target = targetOf(3);
    const { handle, receipts } = await begun(at.driver, target, [[0, "abc"]]);
    const first = await at.driver.sink(handle, target).complete(receipts, never);
    expect(await at.driver.sink(handle, target).complete(receipts, never)).toEqual(first);
    expect(await at.another().sink(handle, target).complete(receipts, never)).toEqual(first);
  });

  test("another upload's object is never replaced, and not taken for one's own", async () => {
    const [first, second] = [targetOf(3, "same"), targetOf(3, "same")];
    const one = await begun(at.driver, first, [[0, "one"]]);
    const two = await begun(at.driver, second, [[0, "two"]]);
    await at.driver.sink(one.handle, first).complete(one.receipts, never);
    const refused = { code: "OBJECT_EXISTS", retry: "never" };
    await expect(at.driver.sink(two.handle, second).complete(two.receipts, never)).rejects.toMatchObject(refused);
    await at.driver.abort(two.handle, second, never);
    await expect(at.another().sink(two.handle, second).complete(two.receipts, never)).rejects.toMatchObject(refused);
    expect(await readFile(join(at.root, "objects/same"), "utf8")).toBe("one");
    expect(await at.files()).toEqual(["objects/same"]);
  });

  test("an empty object needs no part file, and is completed again", async () => {
    const target = targetOf(0, "empty");
    const handle = await at.driver.begin(target, never);
    const object = { key: "empty", size: 0 };
    expect(await at.driver.sink(handle, target).complete([], never)).toEqual(object);
    expect(await at.another().sink(handle, target).complete([], never)).toEqual(object);
    expect(await at.files()).toEqual(["objects/empty"]);
  });

  test("a gap is named, and the upload goes on", async () => {
    const target = targetOf(9);
    const { handle, receipts } = await begun(at.driver, target, [
      [0, "123"],
      [6, "7"],
    ]);
    const sink = at.driver.sink(handle, target);
    await expect(sink.complete(receipts, never)).rejects.toMatchObject({
      code: "UPLOAD_INCOMPLETE",
      details: {
        missing: [
          { start: 3, end: 6 },
          { start: 7, end: 9 },
        ],
      },
    });
    const rest = [await sink.write(chunkOf(3, "456"), never), await sink.write(chunkOf(7, "89"), never)];
    expect(await sink.complete([...receipts, ...rest], never)).toMatchObject({ size: 9 });
  });

  test("bytes that a cut writer left beyond the end are no part of the object", async () => {
    const target = targetOf(null, "cut");
    const { handle } = await begun(at.driver, target, [[0, "abcdefgh"]]);
    const sink = at.driver.sink(handle, target);
    const receipt = await sink.write(chunkOf(0, "xyz"), never);
    expect(await sink.complete([receipt], never)).toEqual({ key: "cut", size: 3 });
    expect(await readFile(join(at.root, "objects/cut"), "utf8")).toBe("xyz");
  });

  test("abort removes all, is idempotent, and refuses who writes later", async () => {
    const target = targetOf(9);
    const { handle } = await begun(at.driver, target, [[0, "123"]]);
    const sink = at.driver.sink(handle, target);
    await at.driver.abort(handle, target, never);
    await at.driver.abort(handle, target, never);
    await expect(sink.write(chunkOf(3, "456"), never)).rejects.toMatchObject({ code: "BACKEND_LOST_UPLOAD" });
    expect(await sink.probe(never)).toEqual({ kind: "gone" });
    expect(await at.files()).toEqual([]);
  });

  test("abort without a handle finds the files by the target, fenced ones too", async () => {
    const target = targetOf(9);
    const { handle } = await begun(at.driver, target, [[0, "123"]]);
    await at.driver.fence?.(handle, target, never);
    expect(await at.files()).toHaveLength(2);
    await at.another().abort(null, target, never);
    expect(await at.files()).toEqual([]);
  });

  test("a crash between publishing and tidying up: completed by the next", async () => {
    const target = targetOf(3, "twice/named");
    const { handle, receipts } = await begun(at.driver, target, [[0, "abc"]]);
    const [part = ""] = await at.files();
    await mkdir(join(at.root, "objects/twice"), { recursive: true });
    await link(join(at.root, part), join(at.root, "objects/twice/named"));
    expect(await at.another().sink(handle, target).probe(never)).toMatchObject({ kind: "complete" });
    expect(await at.another().sink(handle, target).complete(receipts, never)).toEqual({ key: "twice/named", size: 3 });
    expect(await at.files()).toEqual(["objects/twice/named"]);
  });

  test("large bodies by put: pieces of odd sizes, parallel chunks, ranges read back", async () => {
    const content = patterned(20 * 2 ** 20 + 17);
    async function* oddly(): AsyncGenerator<Uint8Array> {
      for (let start = 0, step = 1; start < content.length; start += step, step = (step * 7 + 1000) % 300_007) {
        yield content.subarray(start, start + step);
      }
    }
    await put(at.driver, { key: "large", body: fromStream(oddly(), content.length) });
    const { objects } = at.driver;
    const whole = await bytes(await objects!.read!("large", null, never), content.length);
    expect(Buffer.compare(whole, content)).toBe(0);
    const range = { start: 300_000, end: 900_001 };
    const source = await objects!.read!("large", range, never);
    expect(source).toMatchObject({ size: 600_001, oneShot: false, stored: { key: "large", range } });
    expect(Buffer.compare(await bytes(source, 600_001), content.subarray(range.start, range.end))).toBe(0);
  });
});

describe("a part file that went away", () => {
  let at: Scene;
  beforeEach(async () => void (at = await scene()));
  afterEach(() => at.end());

  test("and nothing came after: BACKEND_LOST_UPLOAD", async () => {
    const target = targetOf(3);
    const { handle, receipts } = await begun(at.driver, target, [[0, "abc"]]);
    await rm(join(at.root, (await at.files())[0] ?? ""));
    await expect(at.driver.sink(handle, target).complete(receipts, never)).rejects.toMatchObject({
      code: "BACKEND_LOST_UPLOAD",
    });
  });

  test("and a later chunk made it anew, of the right size: its hole is not published", async () => {
    const target = targetOf(6);
    const { handle, receipts } = await begun(at.driver, target, [[0, "abc"]]);
    await rm(join(at.root, "parts"), { recursive: true });
    // The last descriptor goes, so that the inode's number is free to be given out again, as ext4 does at once.
    await at.driver.close?.();
    const later = at.another();
    const receipt = await later.sink(handle, target).write(chunkOf(3, "def"), never);
    await expect(later.sink(handle, target).complete([...receipts, receipt], never)).rejects.toMatchObject({
      code: "BACKEND_LOST_UPLOAD",
    });
    expect(await at.files()).not.toContain(`objects/${target.key}`);
  });

  test("or became shorter: BACKEND_LOST_UPLOAD", async () => {
    const target = targetOf(6);
    const { handle, receipts } = await begun(at.driver, target, [[0, "abcdef"]]);
    const [part = ""] = await at.files();
    await truncate(join(at.root, part), 4);
    await expect(at.driver.sink(handle, target).complete(receipts, never)).rejects.toMatchObject({
      code: "BACKEND_LOST_UPLOAD",
    });
  });
});

describe("handles and options", () => {
  test.each([
    null,
    7,
    "abc",
    [],
    {},
    { v: 1 },
    { v: 2, part: "0123456789abcdef0123456789abcdef" },
    { v: 1, part: "../../etc/passwd" },
    { v: 1, part: "0123456789abcdef0123456789abcdef/../x" },
    { v: 1, part: "0123456789abcdef0123456789abcdef", replaces: "/etc/passwd" },
    { v: 1, part: "0123456789abcdef0123456789abcdef", files: [1] },
  ])("%j is no handle", async (handle) => {
    const at = await scene();
    expect(() => at.driver.sink(handle, targetOf(1))).toThrow(expect.objectContaining({ code: "BACKEND_LOST_UPLOAD" }));
    await expect(at.driver.fence!(handle, targetOf(1), never)).rejects.toMatchObject({ code: "BACKEND_LOST_UPLOAD" });
    await at.end();
  });

  test("a handle survives JSON, and a newer minor's additions", async () => {
    const at = await scene();
    const target = targetOf(3);
    const { handle, receipts } = await begun(at.driver, target, [[0, "abc"]]);
    const stored = { ...(JSON.parse(JSON.stringify(handle)) as object), added: true };
    expect(await at.another().sink(stored, target).complete(receipts, never)).toMatchObject({ size: 3 });
    await at.end();
  });

  test("options that are wrong are named, all of them", () => {
    expect(() => local({ root: "", durability: "ram" as "disk", openFiles: 0 })).toThrow(
      expect.objectContaining({
        code: "OPTIONS_INVALID",
        details: { driver: "local", issues: [expect.any(String), expect.any(String), expect.any(String)] },
      }),
    );
    expect(() => local({ root: "/x", rood: 1 } as { root: string })).toThrow(
      expect.objectContaining({ code: "OPTIONS_INVALID" }),
    );
  });
});
