import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { byteBudget, type ByteSource, bytes, completeRuntime, fromStream } from "@stowage/core";
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { LocalContext } from "../src/context.js";
import { endedUploads } from "../src/ended-uploads.js";
import { inThreads } from "../src/file-calls.js";
import { newHandle } from "../src/handle.js";
import { localOptionsSchema } from "../src/index.js";
import { write } from "../src/write.js";
import { begun, chunkOf, never, patterned, type Scene, scene, targetOf } from "./scene.js";

/** A body that yields what is given, and then does something else than end. */
function bodyThen(pieces: readonly Uint8Array[], last: () => Promise<never>, size: number | null = null): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield* pieces;
    await last();
  }
  return fromStream(stream(), size);
}

const gone = new Error("the client went away");
const breaks = (): Promise<never> => Promise.reject(gone);

let at: Scene;
beforeEach(async () => void (at = await scene()));
afterEach(() => at.end());

describe("a body that breaks off", () => {
  test.each([1, 100, 300_000, 3_000_000])(
    "after %d bytes: all of them are receipted where it need not be whole",
    async (length) => {
      const target = targetOf(null);
      const handle = await at.driver.begin(target, never);
      const sink = at.driver.sink(handle, target);
      const content = patterned(length);
      const body = bodyThen([content.subarray(0, 100), content.subarray(100)], breaks);
      const receipt = await sink.write(chunkOf(0, body, false), never);
      expect(receipt).toMatchObject({ offset: 0, size: length });
      await sink.complete([receipt], never);
      const stored = await bytes(await at.driver.objects!.read!(target.key, null, never), length);
      expect(Buffer.compare(stored, content)).toBe(0);
    },
  );

  test("before its first byte: an empty receipt, and no file", async () => {
    const target = targetOf(null);
    const sink = at.driver.sink(await at.driver.begin(target, never), target);
    expect(await sink.write(chunkOf(5, bodyThen([], breaks), false), never)).toMatchObject({ offset: 5, size: 0 });
    expect(await at.files()).toEqual([]);
  });

  test("its error comes out where the chunk is whole, and nothing counts", async () => {
    const target = targetOf(10);
    const sink = at.driver.sink(await at.driver.begin(target, never), target);
    const body = bodyThen([patterned(4)], breaks, 10);
    await expect(sink.write(chunkOf(0, body), never)).rejects.toBe(gone);
    const receipt = await sink.write(chunkOf(0, patterned(10)), never);
    expect(await sink.complete([receipt], never)).toMatchObject({ size: 10 });
  });
});

describe("a signal", () => {
  test("ends a write whose body never yields again, with its own reason", async () => {
    const target = targetOf(null);
    const sink = at.driver.sink(await at.driver.begin(target, never), target);
    const cut = new AbortController();
    const hangs = (): Promise<never> => new Promise(() => {});
    const writing = sink.write(chunkOf(0, bodyThen([patterned(2_000_000)], hangs), false), cut);
    const enough = new Error("enough");
    setTimeout(() => cut.abort(enough), 50);
    await expect(writing).rejects.toBe(enough);
    await expect(sink.write(chunkOf(0, "abc"), cut)).rejects.toBe(enough);
  });

  test("waits for the file call that runs, so that nothing lands on what is written next", async () => {
    let finish = (): void => {};
    let isFinished = false;
    const slow = new Promise<void>((resolve) => (finish = resolve));
    const context = {
      runtime: completeRuntime(),
      settings: localOptionsSchema.parse({ root: at.root }),
      ended: endedUploads(),
      descriptors: { use: () => slow.then(() => (isFinished = true)) },
      callsFor: () => inThreads,
      writing: { count: 0 },
    } as unknown as LocalContext;
    const cut = new AbortController();
    const target = targetOf(10);
    const writing = write(context, newHandle(target), target, chunkOf(0, patterned(10)), cut);
    const outcome = writing.then(
      () => "written",
      () => `refused, finished: ${isFinished}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 10));
    cut.abort();
    await new Promise((resolve) => setTimeout(resolve, 20));
    finish();
    expect(await outcome).toBe("refused, finished: true");
  });

  test("a body that goes on after it is not stored", async () => {
    const target = targetOf(6);
    const { handle, receipts } = await begun(at.driver, target, [[3, "new"]]);
    const cut = new AbortController();
    let goOn = (): void => {};
    const paused = new Promise<void>((resolve) => (goOn = resolve));
    async function* slow(): AsyncGenerator<Uint8Array> {
      await paused;
      yield Buffer.from("oldold");
    }
    const sink = at.driver.sink(handle, target);
    const writing = sink.write(chunkOf(0, fromStream(slow(), 6)), cut);
    cut.abort();
    await expect(writing).rejects.toBe(cut.signal.reason);
    goOn();
    await new Promise((resolve) => setTimeout(resolve, 20));
    receipts.push(await sink.write(chunkOf(0, "abc"), never));
    await sink.complete(receipts, never);
    expect(await readFile(join(at.root, "objects", target.key), "utf8")).toBe("abcnew");
  });
});

describe("lengths", () => {
  test("a body longer than it said never touches the next extent", async () => {
    const target = targetOf(6);
    const { handle, receipts } = await begun(at.driver, target, [[3, "def"]]);
    const sink = at.driver.sink(handle, target);
    const longer = bodyThen([Buffer.from("abcXYZ")], breaks, 3);
    await expect(sink.write(chunkOf(0, longer), never)).rejects.toMatchObject({ code: "CHUNK_SIZE_MISMATCH" });
    receipts.push(await sink.write(chunkOf(0, "abc"), never));
    await sink.complete(receipts, never);
    expect(await readFile(join(at.root, "objects", target.key), "utf8")).toBe("abcdef");
  });

  test("a body that ends too early is refused", async () => {
    const target = targetOf(6);
    const sink = at.driver.sink(await at.driver.begin(target, never), target);
    async function* short(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("abc");
    }
    await expect(sink.write(chunkOf(0, fromStream(short(), 6)), never)).rejects.toMatchObject({
      code: "BODY_TRUNCATED",
      details: { expected: 6, actual: 3 },
    });
  });

  test("a chunk beyond the object's end is refused", async () => {
    const target = targetOf(6);
    const sink = at.driver.sink(await at.driver.begin(target, never), target);
    await expect(sink.write(chunkOf(4, "abc"), never)).rejects.toMatchObject({ code: "OFFSET_MISMATCH" });
  });

  test("a body of unknown length beyond the object's end is refused before it is stored", async () => {
    const target = targetOf(6);
    const sink = at.driver.sink(await at.driver.begin(target, never), target);
    const body = bodyThen([patterned(7)], breaks);
    await expect(sink.write(chunkOf(0, body, false), never)).rejects.toMatchObject({ code: "CHUNK_SIZE_MISMATCH" });
  });
});

describe("descriptors", () => {
  const opened = async (): Promise<number> => {
    const names = await readdir("/proc/self/fd");
    const links = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => "")));
    return links.filter((link) => link.startsWith(at.root)).length;
  };

  test("at most so many stay open, and all uploads still go on", async () => {
    const driver = at.another({ openFiles: 3 });
    const targets = Array.from({ length: 10 }, () => targetOf(6));
    const handles = await Promise.all(targets.map((target) => driver.begin(target, never)));
    const sinks = targets.map((target, index) => driver.sink(handles[index] ?? null, target));
    const firsts = await Promise.all(sinks.map((sink) => sink.write(chunkOf(0, "abc"), never)));
    expect(await opened()).toBeLessThanOrEqual(3);
    const seconds = await Promise.all(sinks.map((sink) => sink.write(chunkOf(3, "def"), never)));
    for (const [index, sink] of sinks.entries()) {
      expect(await sink.complete([firsts[index]!, seconds[index]!], never)).toMatchObject({ size: 6 });
    }
    expect(await opened()).toBe(0);
  });

  test("an idle one is closed, and the upload goes on", async () => {
    const driver = at.another({ idleMs: 20 });
    const target = targetOf(6);
    const { handle, receipts } = await begun(driver, target, [[0, "abc"]]);
    expect(await opened()).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await opened()).toBe(0);
    const sink = driver.sink(handle, target);
    receipts.push(await sink.write(chunkOf(3, "def"), never));
    expect(await sink.complete(receipts, never)).toMatchObject({ size: 6 });
  });

  test("close, abort and complete leave none open", async () => {
    const [one, two] = [targetOf(6), targetOf(6)];
    await begun(at.driver, one, [[0, "abc"]]);
    const { handle } = await begun(at.driver, two, [[0, "abc"]]);
    await at.driver.abort(handle, two, never);
    expect(await opened()).toBe(1);
    await at.driver.close?.();
    expect(await opened()).toBe(0);
  });

  test("a reader who stops early leaves none open", async () => {
    const target = targetOf(900_000);
    const { handle, receipts } = await begun(at.driver, target, []);
    const sink = at.driver.sink(handle, target);
    receipts.push(await sink.write(chunkOf(0, patterned(900_000)), never));
    await sink.complete(receipts, never);
    const source = await at.driver.objects!.read!(target.key, null, never);
    expect(await opened()).toBe(0);
    for await (const piece of source.stream()) {
      expect(piece.byteLength).toBe(256 * 1024);
      expect(await opened()).toBe(1);
      break;
    }
    expect(await opened()).toBe(0);
  });
});

test("a GiB from a generator passes through the memory that the budget allows", async () => {
  const memory = byteBudget(2 << 20);
  let held = 0;
  let most = 0;
  const counted = {
    total: memory.total,
    tryTake: () => false,
    take: async (size: number, options: { readonly signal: AbortSignal }) => {
      await memory.take(size, options);
      held += size;
      most = Math.max(most, held);
    },
    give: (size: number) => {
      held -= size;
      memory.give(size);
    },
  };
  const driver = at.another({}, { memory: counted });
  const size = 2 ** 30;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let made = 0; made < size; made += 65_536) yield Buffer.alloc(65_536, made / 65_536);
  }
  const target = targetOf(size);
  const sink = driver.sink(await driver.begin(target, never), target);
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const receipt = await sink.write(chunkOf(0, fromStream(endless(), size)), never);
  clearInterval(watch);
  expect(receipt.size).toBe(size);
  expect(most).toBeLessThanOrEqual(2 << 20);
  expect(held).toBe(0);
  expect(peak - before).toBeLessThan(200 << 20);
  await driver.abort(null, target, never);
}, 60_000);
