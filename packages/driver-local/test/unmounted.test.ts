import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { fromBytes, put } from "@stowage/core";
import { begun, chunkOf, never, type Scene, scene, targetOf } from "./scene.js";

let at: Scene;
beforeEach(async () => void (at = await scene({ minFree: 0 })));
afterEach(() => at.end());

const gone = { code: "BACKEND_UNAVAILABLE", retry: "same" };

/** The root goes away; `left` is what is seen in its place. Returns what brings it back. */
async function unmount(left: "the empty mount point" | "nothing"): Promise<() => Promise<void>> {
  await rename(at.root, `${at.root}.away`);
  if (left === "the empty mount point") await mkdir(at.root);
  return async () => {
    await rm(at.root, { recursive: true, force: true });
    await rename(`${at.root}.away`, at.root);
  };
}

describe.each(["the empty mount point", "nothing"] as const)("a disk that is not mounted, %s is left", (left) => {
  test.each([
    ["", () => at.driver],
    [" in a new process", () => at.another()],
  ])("loses no upload that is completed meanwhile%s", async (_where, driverOf) => {
    const target = targetOf(3, "a/b");
    const { handle, receipts } = await begun(at.driver, target, [[0, "abc"]]);
    const driver = driverOf();
    const mount = await unmount(left);
    await expect(driver.sink(handle, target).complete(receipts, never)).rejects.toMatchObject(gone);
    await mount();
    expect(await driver.sink(handle, target).complete(receipts, never)).toEqual({ key: "a/b", size: 3 });
    expect(await readFile(join(at.root, "objects/a/b"), "utf8")).toBe("abc");
  });

  test("takes no bytes, gives nothing up, and denies no object", async () => {
    const { driver } = at;
    await put(driver, { key: "there", body: fromBytes(Buffer.from("abc")) });
    const target = targetOf(6);
    const { handle } = await begun(driver, target, [[0, "abc"]]);
    const empty = targetOf(0, "empty");
    const emptyHandle = await driver.begin(empty, never);
    await driver.close?.();
    const before = await at.files();
    const mount = await unmount(left);
    const calls = {
      write: () => driver.sink(handle, target).write(chunkOf(3, "def"), never),
      probe: () => driver.sink(handle, target).probe(never),
      empty: () => driver.sink(emptyHandle, empty).complete([], never),
      fence: () => driver.fence!(handle, target, never),
      abort: () => driver.abort(handle, target, never),
      stat: () => driver.objects!.stat("there", never),
      read: () => driver.objects!.read!("there", null, never),
      remove: () => driver.objects!.remove("there", never),
    };
    for (const [name, call] of Object.entries(calls)) {
      const failed = await call().catch((error: unknown) => error);
      expect([name, failed]).toEqual([name, expect.objectContaining(gone)]);
    }
    expect(await driver.check!(never)).toMatchObject([{ severity: "error", subject: "root" }]);
    expect(await at.files()).toEqual([]);
    await mount();
    expect(await at.files()).toEqual(before);
    await calls.abort();
    await calls.remove();
    expect(await driver.check!(never)).toEqual([]);
    expect(await at.files()).toEqual([]);
  });
});

test("mounted after others have made folders in its place: no upload is lost, where birth times are known", async () => {
  // The kernel's clock for files ticks every few milliseconds, and each of these three is to have a time of its own.
  const tick = () => new Promise((resolve) => setTimeout(resolve, 30));
  await put(at.driver, { key: "first", body: fromBytes(Buffer.from("abc")) });
  await tick();
  const target = targetOf(3);
  const { handle, receipts } = await begun(at.driver, target, [[0, "abc"]]);
  await tick();
  const { birthtimeNs, ctimeNs } = await stat(join(at.root, "parts"), { bigint: true });
  const knowsBirths = birthtimeNs !== 0n && birthtimeNs !== ctimeNs;
  const mount = await unmount("the empty mount point");
  const later = at.another();
  await put(later, { key: "other", body: fromBytes(Buffer.from("abc")) });
  await expect(later.sink(handle, target).complete(receipts, never)).rejects.toMatchObject(
    knowsBirths ? gone : { code: "BACKEND_LOST_UPLOAD" },
  );
  await mount();
  expect(await later.sink(handle, target).complete(receipts, never)).toMatchObject({ size: 3 });
});
