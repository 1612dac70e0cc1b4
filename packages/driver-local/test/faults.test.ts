import { execFile } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "@jest/globals";
import { fromBytes, isUploadError, put, systemClock } from "@stowage/core";
import { toUploadError } from "../src/errors.js";
import { local } from "../src/index.js";
import { begun, chunkOf, never, patterned, scene, targetOf } from "./scene.js";
import { startWriter } from "./writer.js";

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

/** A file system of one MiB; `null` where this user may not mount one. */
async function smallDisk(): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), "stowage-small-"));
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=1m", "stowage-test", folder]);
    return folder;
  } catch {
    await rm(folder, { recursive: true });
    return null;
  }
}

const disk = await smallDisk();
afterAll(async () => {
  if (disk === null) return;
  await run("umount", [disk]);
  await rm(disk, { recursive: true });
});

describe("a full disk", () => {
  (disk === null ? test.skip : test)(
    "(tmpfs of 1 MiB): BACKEND_FULL, and after room is made the same chunk again",
    async () => {
      const root = join(disk ?? "", "root");
      await mkdir(root);
      await writeFile(join(root, "ballast"), Buffer.alloc(600_000));
      const driver = local({ root });
      const target = targetOf(900_000);
      const handle = await driver.begin(target, never);
      const sink = driver.sink(handle, target);
      const content = patterned(900_000);
      const full = { code: "BACKEND_FULL", retry: "same" };
      await expect(sink.write(chunkOf(0, content), never)).rejects.toMatchObject(full);
      await expect(sink.write(chunkOf(0, content.subarray(0, 60_000)), never)).resolves.toMatchObject({ size: 60_000 });
      await expect(sink.write(chunkOf(840_000, content.subarray(840_000)), never)).rejects.toMatchObject(full);
      expect(await driver.check?.(never)).toContainEqual(expect.objectContaining({ subject: "space" }));
      await rm(join(root, "ballast"));
      const receipt = await sink.write(chunkOf(0, content), never);
      expect(await sink.complete([receipt], never)).toMatchObject({ size: 900_000 });
      await driver.close?.();
    },
  );

  test("(a limit of the process on the size of files): BACKEND_FULL", async () => {
    const at = await scene();
    const target = targetOf(4_000_000);
    const handle = await at.driver.begin(target, never);
    const orders = { root: at.root, target, handle, durability: "process", chunk: 2_000_000, fill: 1 } as const;
    const writer = startWriter(
      { ...orders, until: 4_000_000, waits: false, uid: null },
      "ulimit -f 2048; trap '' XFSZ",
    );
    await writer.ended;
    expect(writer.lines.at(-1)).toEqual({ error: "BACKEND_FULL" });
    await at.end();
  }, 20_000);
});

test("a folder without the right to write in it: BACKEND_DENIED", async () => {
  const at = await scene();
  const other = isRoot ? 65_534 : null;
  await mkdir(at.root, { recursive: true });
  await chmod(join(at.root, ".."), 0o755);
  await chmod(at.root, 0o555);
  const target = targetOf(100);
  const handle = await at.driver.begin(target, never);
  const orders = { root: at.root, target, handle, durability: "process", chunk: 100, fill: 1, until: 100 } as const;
  const denied = startWriter({ ...orders, waits: false, uid: other });
  await denied.ended;
  expect(denied.lines).toEqual([{ error: "BACKEND_DENIED" }]);
  await chmod(at.root, 0o755);
  if (other !== null) await chown(at.root, other, other);
  const allowed = startWriter({ ...orders, waits: false, uid: other });
  await allowed.ended;
  expect(allowed.lines).toEqual([{ receipt: expect.objectContaining({ size: 100 }) }]);
  await at.end();
}, 20_000);

test("a root that is a file: an error that names no path", async () => {
  const at = await scene();
  await writeFile(at.root, "");
  const failure: unknown = await put(at.driver, { key: "a", body: fromBytes(Buffer.from("abc")) }).catch(
    (error) => error,
  );
  if (!isUploadError(failure)) throw failure;
  expect(failure.message).not.toContain(at.root);
  await at.end();
});

test.each([
  ["ENOSPC", "BACKEND_FULL", "same"],
  ["EDQUOT", "BACKEND_FULL", "same"],
  ["EACCES", "BACKEND_DENIED", "same"],
  ["EPERM", "BACKEND_DENIED", "same"],
  ["EROFS", "BACKEND_DENIED", "same"],
  ["ELOOP", "BACKEND_DENIED", "never"],
  ["ENOENT", "BACKEND_UNAVAILABLE", "same"],
  ["EMFILE", "BACKEND_UNAVAILABLE", "same"],
  ["EIO", "BACKEND_UNAVAILABLE", "same"],
  ["ENAMETOOLONG", "NAME_REFUSED", "never"],
  ["EWHATEVER", "INTERNAL", "same"],
])("%s becomes %s, retry %s", (code, expected, retry) => {
  const cause = Object.assign(new Error(`${code}: failed, open '/secret/path'`), { code });
  const error = toUploadError(cause, "write");
  expect(error).toMatchObject({ code: expected, retry, cause });
  expect(error.message).not.toContain("/secret");
  expect(toUploadError(error, "again")).toBe(error);
});

describe("check", () => {
  test("of a root that is right finds nothing, makes it, and leaves nothing", async () => {
    const at = await scene({ minFree: 0 });
    expect(await at.driver.check!(never)).toEqual([]);
    expect(await at.files()).toEqual([]);
    await put(at.driver, { key: "a", body: fromBytes(Buffer.from("abc")) });
    await at.end();
  });

  test("names what is wrong with it, and the mend", async () => {
    const at = await scene({ minFree: 0 });
    await writeFile(at.root, "");
    const findings = await at.driver.check!(never);
    expect(findings).toEqual([
      expect.objectContaining({ severity: "error", subject: "root", mend: expect.any(String) }),
    ]);
    await at.end();
  });

  test("warns of part files that nobody comes back for", async () => {
    const at = await scene({ minFree: 0, staleMs: 60_000 });
    const target = targetOf(6);
    await begun(at.driver, target, [[0, "abc"]]);
    expect(await at.driver.check!(never)).toEqual([]);
    const later = at.another({}, { clock: { ...systemClock, now: () => Date.now() + 61_000 } });
    expect(await later.check!(never)).toEqual([expect.objectContaining({ severity: "warning", subject: "parts" })]);
    await at.end();
  });

  (disk === null ? test.skip : test)("sees parts and objects on different file systems", async () => {
    const at = await scene({ minFree: 0 });
    await mkdir(join(at.root, "objects"), { recursive: true });
    await run("mount", ["-t", "tmpfs", "-o", "size=1m", "stowage-test", join(at.root, "objects")]);
    try {
      const findings = await at.driver.check!(never);
      expect(findings.map(({ severity }) => severity)).toContain("error");
      await expect(put(at.driver, { key: "a", body: fromBytes(Buffer.from("abc")) })).rejects.toMatchObject({
        code: "BACKEND_DENIED",
      });
    } finally {
      await run("umount", [join(at.root, "objects")]);
    }
    await at.end();
  });
});
