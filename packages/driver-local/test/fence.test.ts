import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type ByteSource, fromStream } from "@stowage/core";
import { begun, chunkOf, never, type Scene, scene, targetOf } from "./scene.js";
import { startWriter } from "./writer.js";

let at: Scene;
beforeEach(async () => void (at = await scene()));
afterEach(() => at.end());

function pausing(first: string, second: string): { readonly body: ByteSource; goOn(): void } {
  let goOn = (): void => {};
  const paused = new Promise<void>((resolve) => (goOn = resolve));
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(1 << 20, first);
    await paused;
    yield Buffer.alloc(1 << 20, second);
  }
  return { body: fromStream(stream(), 2 << 20), goOn: () => goOn() };
}

test("receipted bytes move on to a new file, late ones do not", async () => {
  const size = 3 << 20;
  const target = targetOf(size, "fenced");
  const { handle, receipts } = await begun(at.driver, target, [[2 << 20, "k".repeat(1 << 20)]]);
  const late = pausing("L", "L");
  const writing = at.driver.sink(handle, target).write(chunkOf(0, late.body), never);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const moved = await at.driver.fence!(handle, target, never);
  const sink = at.driver.sink(moved, target);
  receipts.push(await sink.write(chunkOf(0, Buffer.alloc(2 << 20, "n")), never));
  late.goOn();
  await writing.catch(() => {});
  await sink.complete(receipts, never);
  const stored = await readFile(join(at.root, "objects/fenced"), "latin1");
  expect(stored).toBe("n".repeat(2 << 20) + "k".repeat(1 << 20));
  expect(await at.files()).toEqual(["objects/fenced"]);
});

test("a writer who comes after completion is refused, and leaves nothing", async () => {
  const target = targetOf(2 << 20, "done");
  const handle = await at.driver.begin(target, never);
  const late = pausing("L", "L");
  const writing = at.driver.sink(handle, target).write(chunkOf(0, late.body), never);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const moved = await at.driver.fence!(handle, target, never);
  const sink = at.driver.sink(moved, target);
  const receipt = await sink.write(chunkOf(0, Buffer.alloc(2 << 20, "n")), never);
  await sink.complete([receipt], never);
  late.goOn();
  await expect(writing).rejects.toMatchObject({ code: "BACKEND_LOST_UPLOAD" });
  expect(await readFile(join(at.root, "objects/done"), "latin1")).toBe("n".repeat(2 << 20));
  expect(await at.files()).toEqual(["objects/done"]);
});

test("a crash before the new handle is stored: the old one still has its bytes, and fencing again works", async () => {
  const target = targetOf(6, "again");
  const { handle, receipts } = await begun(at.driver, target, [[0, "abc"]]);
  await at.driver.fence!(handle, target, never);
  const moved = await at.another().fence!(handle, target, never);
  const driver = at.another();
  const sink = driver.sink(moved, target);
  receipts.push(await sink.write(chunkOf(3, "def"), never));
  await sink.complete(receipts, never);
  expect(await readFile(join(at.root, "objects/again"), "utf8")).toBe("abcdef");
  expect(await at.files()).toEqual(["objects/again"]);
  expect(await at.another().sink(moved, target).complete(receipts, never)).toMatchObject({ size: 6 });
});

test("fenced twice, with receipts of all three files", async () => {
  const target = targetOf(9, "thrice");
  const { handle, receipts } = await begun(at.driver, target, [[0, "abc"]]);
  const second = await at.driver.fence!(handle, target, never);
  receipts.push(await at.driver.sink(second, target).write(chunkOf(3, "def"), never));
  const third = await at.driver.fence!(second, target, never);
  receipts.push(await at.driver.sink(third, target).write(chunkOf(6, "ghi"), never));
  expect(await at.files()).toHaveLength(1);
  await at.driver.sink(third, target).complete(receipts, never);
  expect(await readFile(join(at.root, "objects/thrice"), "utf8")).toBe("abcdefghi");
});

test("completed right after a fence, and again", async () => {
  const target = targetOf(3, "right-after");
  const { handle, receipts } = await begun(at.driver, target, [[0, "abc"]]);
  const moved = await at.driver.fence!(handle, target, never);
  const object = await at.driver.sink(moved, target).complete(receipts, never);
  expect(await at.another().sink(moved, target).complete(receipts, never)).toEqual(object);
  expect(await at.files()).toEqual(["objects/right-after"]);
});

test("before the first byte there is nothing to copy", async () => {
  const target = targetOf(3);
  const moved = await at.driver.fence!(await at.driver.begin(target, never), target, never);
  expect(await at.files()).toEqual([]);
  const receipt = await at.driver.sink(moved, target).write(chunkOf(0, "abc"), never);
  expect(await at.driver.sink(moved, target).complete([receipt], never)).toMatchObject({ size: 3 });
});

test("a copy that went away is not replaced by the receipts of what it was copied from", async () => {
  const target = targetOf(6);
  const { handle, receipts } = await begun(at.driver, target, [[0, "abc"]]);
  const moved = await at.driver.fence!(handle, target, never);
  receipts.push(await at.driver.sink(moved, target).write(chunkOf(3, "def"), never));
  const { part } = moved as { part: string };
  await rm(join(at.root, "fenced", part));
  const again = await at.driver.fence!(moved, target, never);
  const receipt = await at.driver.sink(again, target).write(chunkOf(3, "def"), never);
  await expect(at.driver.sink(again, target).complete([...receipts, receipt], never)).rejects.toMatchObject({
    code: "BACKEND_LOST_UPLOAD",
  });
});

test("a process that was stopped writes on when the object is published", async () => {
  const size = 4 << 20;
  const target = targetOf(size, "stopped");
  const handle = await at.driver.begin(target, never);
  const orders = { root: at.root, target, handle, durability: "process", chunk: size, fill: 0x5a } as const;
  const writer = startWriter({ ...orders, until: size, waits: true, uid: null });
  await writer.said((line) => line.waits === true);
  // Its descriptor is open once its first bytes are there.
  const part = join(at.root, "parts", (handle as { part: string }).part);
  for (let there = 0; there < size / 2;) {
    there = await stat(part).then(
      (found) => found.size,
      () => 0,
    );
  }
  writer.process.kill("SIGSTOP");
  const moved = await at.driver.fence!(handle, target, never);
  const sink = at.driver.sink(moved, target);
  const receipt = await sink.write(chunkOf(0, Buffer.alloc(size, "n")), never);
  await sink.complete([receipt], never);
  writer.process.stdin?.write("go on\n");
  writer.process.kill("SIGCONT");
  await writer.ended;
  expect(writer.lines.at(-1)?.error ?? "written").toMatch(/^(written|BACKEND_LOST_UPLOAD)$/);
  const stored = await readFile(join(at.root, "objects/stopped"));
  expect(stored.equals(Buffer.alloc(size, "n"))).toBe(true);
}, 30_000);
