import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromStream, type StorageDriver } from "@stowage/core";
import { memoryBackend, memoryDriver } from "@stowage/core/memory";
import { directorySpool, relay } from "../src/index.js";
import { toUploadError } from "../src/spool/directory/errors.js";
import { filesIn } from "./fixtures.js";
import { begin, calm, filled, targetOf, through } from "./scene.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-spool-"));
});
afterEach(() => rm(folder, { recursive: true }));

const cell = 10;
const backend = memoryBackend();
const over = (path: string, now = (): number => Date.now()): StorageDriver => {
  const clock = { now, sleep: () => Promise.resolve() };
  return relay(memoryDriver({ backend }), { spool: directorySpool(path), cell }, { clock });
};

describe("a spool in a folder", () => {
  test("has one id, whoever makes it", async () => {
    const path = join(folder, "deep", "spool");
    const ids = await Promise.all(Array.from({ length: 8 }, () => directorySpool(path).id()));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^\w{16}$/);
    expect(await directorySpool(path, { durability: "disk" }).id()).toBe(ids[0]);
  });

  test("is nobody else's business", async () => {
    const path = join(folder, "spool");
    const upload = await begin(over(path), 25);
    await upload.write(1, filled(24, "a"));
    for (const name of await readdir(path, { recursive: true })) {
      const found = await stat(join(path, name));
      expect([name, found.mode & 0o777]).toEqual([name, found.isDirectory() ? 0o700 : 0o600]);
    }
  });

  test("that is gone loses no upload, and neither does another one in its place", async () => {
    const path = join(folder, "spool");
    const driver = over(path);
    const upload = await begin(driver, 5);
    const receipts = [await upload.write(0, filled(2, "a")), await upload.write(2, filled(3, "a"))];
    await rename(path, `${path}-unmounted`);
    const gone = { code: "BACKEND_UNAVAILABLE", retry: "same" };
    await expect(upload.sink.complete(receipts, calm)).rejects.toMatchObject(gone);
    await expect(upload.write(0, filled(4, "a"))).rejects.toMatchObject(gone);
    // A process that starts now makes a spool in the empty place.
    const next = through(over(path), upload.handle, upload.target);
    await expect(next.sink.complete(receipts, calm)).rejects.toMatchObject(gone);
    await rm(path, { recursive: true });
    await rename(`${path}-unmounted`, path);
    await through(over(path), upload.handle, upload.target).sink.complete(receipts, calm);
    expect(Buffer.from(backend.objects.get(upload.target.key)?.bytes ?? []).toString()).toBe("aaaaa");
  });

  test("whose pieces are gone for good says so", async () => {
    const path = join(folder, "spool");
    const upload = await begin(over(path), 5);
    const receipts = [await upload.write(0, filled(2, "a")), await upload.write(2, filled(3, "a"))];
    for (const name of await readdir(join(path, "uploads"))) await rm(join(path, "uploads", name), { recursive: true });
    await expect(upload.sink.complete(receipts, calm)).rejects.toMatchObject({ code: "BACKEND_LOST_UPLOAD" });
  });

  test("forgets uploads a day after their time, and nothing that it did not make", async () => {
    const path = join(folder, "spool");
    const [early, late] = [targetOf(25, { expiresAt: 1_000 }), targetOf(25, { expiresAt: 2_000 })];
    for (const target of [early, late]) await (await begin(over(path), 25, target)).write(0, filled(4, "a"));
    await writeFile(join(path, "uploads", "notes.txt"), "mine");
    const day = 24 * 3_600_000;
    await begin(
      over(path, () => day + 1_500),
      25,
    );
    for (let look = 0; (await readdir(join(path, "uploads"))).length > 2 && look < 100; look++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const kept = await filesIn(join(path, "uploads"), ["notes.txt"]);
    expect(kept.map((name) => name.split("/")[1])).toEqual([expect.stringContaining("cell-"), "expires-2000"]);
    expect(await readdir(join(path, "uploads"))).toContain("notes.txt");
  });

  test("in a folder that others use touches nothing of theirs, however old", async () => {
    const path = join(folder, "spool");
    for (const name of ["uploads/holiday", "aside/mine", "aside/check-mine"]) {
      await mkdir(join(path, name), { recursive: true });
      await writeFile(join(path, name, "a.jpg"), "a");
      await utimes(join(path, name), new Date(0), new Date(0));
    }
    expect(await directorySpool(path).sweep(Date.now())).toBe(0);
    expect(await filesIn(path)).toEqual(["aside/check-mine/a.jpg", "aside/mine/a.jpg", "uploads/holiday/a.jpg"]);
  });

  test("keeps nothing of a note that cannot be made", async () => {
    const path = join(folder, "spool");
    const shelf = directorySpool(path).shelf("0".repeat(32), Date.now());
    await shelf.make();
    await mkdir(join(path, "uploads", "0".repeat(32), "note-taken"));
    await expect(shelf.putNote("taken", "text")).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
    expect((await filesIn(path)).filter((name) => name.includes("draft"))).toEqual([]);
  });

  test("lists no piece before it is whole", async () => {
    const path = join(folder, "spool");
    const driver = over(path);
    const upload = await begin(driver, 25);
    let go = (): void => {};
    const waits = new Promise<void>((resolve) => (go = resolve));
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield filled(3, "a");
      await waits;
      yield filled(1, "a");
    }
    const write = upload.write(0, fromStream(slow(), 4));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect((await filesIn(path)).filter((name) => name.includes("/cell-"))).toEqual([]);
    go();
    await write;
    expect((await filesIn(path)).filter((name) => name.includes("/cell-0/u-0-4-"))).toHaveLength(1);
  });

  test("checks that it can be written to", async () => {
    const spool = directorySpool(join(folder, "spool"));
    expect(await spool.check?.()).toEqual([]);
    await expect(spool.ping?.()).resolves.toBeUndefined();
    expect(await filesIn(join(folder, "spool"), ["id"])).toEqual([]);
    const tight = directorySpool(join(folder, "spool"), { minFree: 2 ** 60 });
    expect(await tight.check?.()).toMatchObject([{ severity: "warning", subject: "spool" }]);
    await expect(tight.ping?.()).rejects.toMatchObject({ code: "BACKEND_FULL" });
    await writeFile(join(folder, "file"), "");
    expect(await directorySpool(join(folder, "file")).check?.()).toMatchObject([{ severity: "error" }]);
  });

  test.each([
    ["ENOSPC", "BACKEND_FULL"],
    ["EDQUOT", "BACKEND_FULL"],
    ["EACCES", "BACKEND_DENIED"],
    ["EIO", "BACKEND_UNAVAILABLE"],
  ])("tells %s as %s", (code, expected) => {
    const path = "/secret/path";
    const error = toUploadError(Object.assign(new Error(path), { code }), "write");
    expect([error.code, error.retry]).toEqual([expected, "same"]);
    expect(error.message).not.toContain(path);
  });
});
