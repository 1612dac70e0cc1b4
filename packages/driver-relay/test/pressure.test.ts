import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byteBudget, fromBytes, fromStream, UploadError } from "@stowage/core";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { directorySpool, relay } from "../src/index.js";
import { begin, calm, filled, memoryScene } from "./scene.js";

const none = { memory: byteBudget(0) };
const orderings = [
  ["any order", {}],
  ["in order", { ordering: { kind: "sequential" } }],
] as const;
afterEach(() => void jest.restoreAllMocks());

function isPending(work: Promise<unknown>, ms = 40): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), ms));
  return Promise.race([work.then(() => false), late]);
}

describe.each(orderings)("a backend that takes parts in %s", (_name, inner) => {
  test("and is slow holds its client back", async () => {
    const { driver, gate, spool } = memoryScene(inner, { cell: 10 }, none);
    const upload = await begin(driver, 100);
    let open = (): void => {};
    const gated = new Promise<void>((resolve) => (open = resolve));
    gate.before = () => gated;
    const receipts = [];
    let held: Promise<unknown> | null = null;
    for (let at = 0; at < 100 && held === null; at += 10) {
      const write = upload.write(at, filled(10, "a"));
      if (await isPending(write)) {
        held = write;
      } else {
        receipts.push(await write);
        void upload.sink.settled?.(receipts.at(-1)!);
      }
    }
    expect(receipts.length).toBeLessThanOrEqual(3);
    expect(spool.contents().filter((name) => name.includes("-10-")).length).toBeLessThanOrEqual(3);
    open();
    await held;
  });

  test("and fails tells the next chunk, and heals", async () => {
    const { driver, gate, read } = memoryScene(inner, { cell: 10 }, none);
    const upload = await begin(driver, 30);
    gate.before = () => Promise.reject(new UploadError("BACKEND_DENIED", "no", { driver: "memory" }));
    const first = await upload.write(0, filled(10, "a"));
    await upload.sink.settled?.(first);
    await expect(upload.write(10, filled(10, "b"))).rejects.toMatchObject({ code: "BACKEND_DENIED" });
    await expect(upload.write(10, filled(10, "b"))).rejects.toMatchObject({ code: "BACKEND_DENIED" });
    gate.before = () => Promise.resolve();
    const rest = await upload.write(10, filled(20, "b"));
    await upload.sink.complete([first, rest], calm);
    expect(read(upload.target.key)).toBe("a".repeat(10) + "b".repeat(20));
  });
});

test.each([1, 2, 3, 20])(
  "an inner driver that waits for memory never waits for its own relay, budget of %d cells",
  async (cells) => {
    const root = await mkdtemp(join(tmpdir(), "stowage-relay-"));
    const cell = 100_000;
    const runtime = nodeRuntime({ memory: byteBudget(cells * cell) });
    const driver = relay(
      local({ root: join(root, "files") }, runtime),
      { spool: directorySpool(join(root, "spool")), cell },
      runtime,
    );
    const uploads = await Promise.all(Array.from({ length: 8 }, () => begin(driver, 5 * cell + 7)));
    await Promise.all(
      uploads.map(async (upload) => {
        const { sink, target } = upload;
        const receipt = await upload.write(0, { ...fromBytes(filled(5 * cell + 7, "a")), oneShot: true });
        await sink.settled?.(receipt);
        expect(await sink.complete([receipt], calm)).toMatchObject({ key: target.key, size: 5 * cell + 7 });
      }),
    );
    await driver.close?.();
    await rm(root, { recursive: true });
  },
);

test("a chunk that goes to the spool keeps no memory from others", async () => {
  const memory = byteBudget(100);
  const { driver, gate, read } = memoryScene({ ordering: { kind: "any", maxParallel: 1 } }, { cell: 10 }, { memory });
  const upload = await begin(driver, 20);
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  gate.before = () => opened;
  const first = upload.write(0, fromStream(piecesOf(filled(10, "a")), 10));
  expect(await isPending(first)).toBe(true);
  async function* slow(): AsyncGenerator<Uint8Array> {
    await opened;
    yield filled(10, "b");
  }
  const second = upload.write(10, fromStream(slow(), 10));
  expect(await isPending(second)).toBe(true);
  expect(memory.tryTake(90)).toBe(true);
  memory.give(90);
  open();
  await upload.sink.complete([await first, await second], calm);
  expect(read(upload.target.key)).toBe("a".repeat(10) + "b".repeat(10));
});

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
