import { expect, test } from "@jest/globals";
import type { Chunk, Json, StorageDriver } from "../../src/index.js";
import { memoryDriver, memoryStore } from "../../src/memory/index.js";
import { crashing } from "./crashing.js";
import { failure, free, pattern, readAll, rig, whole } from "./fixture.js";

/** A writer that stops in the middle of a driver write, as a process does under SIGSTOP, until it is let go. */
function stoppable(driver: StorageDriver): {
  readonly driver: StorageDriver;
  readonly stopped: Promise<void>;
  resume(): void;
} {
  let stop = (): void => {};
  let resume = (): void => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const resumed = new Promise<void>((resolve) => (resume = resolve));
  async function* late(chunk: Chunk): AsyncGenerator<Uint8Array> {
    stop();
    await resumed;
    yield new Uint8Array(chunk.body.size ?? 0).fill(0xee);
  }
  return {
    stopped,
    resume: () => resume(),
    driver: {
      ...driver,
      sink: (handle, target) => {
        const sink = driver.sink(handle, target);
        return {
          ...sink,
          write: (chunk, options) =>
            sink.write({ ...chunk, body: { ...chunk.body, stream: () => late(chunk) } }, options),
        };
      },
    },
  };
}

/** Fenced handles of the reference driver are new generations; what late writers do to old ones is nobody's matter. */
const counted = (driver: StorageDriver, fences: Json[]): StorageDriver => ({
  ...driver,
  fence: async (handle, target, options) => {
    fences.push(handle);
    return driver.fence?.(handle, target, options) ?? handle;
  },
});

test("an evicted writer's late bytes reach neither the receipts nor the object", async () => {
  const fences: Json[] = [];
  const [store, driver] = [memoryStore(), counted(memoryDriver({}), fences)];
  const stuck = stoppable(driver);
  const old = rig({ store, driver: stuck.driver });
  const next = rig({ store, driver });
  const bytes = pattern(1000);
  const { id } = await old.uploads.create(free(1000));
  const late = failure(old.uploads.write(id, { offset: 0 }, whole(bytes.subarray(0, 500))));
  await stuck.stopped;
  await next.uploads.write(id, { offset: 0 }, whole(bytes.subarray(0, 500)));
  expect(fences).toHaveLength(1);
  await next.uploads.write(id, { offset: 500 }, whole(bytes.subarray(500)));
  stuck.resume();
  expect((await late).code).toBe("SUPERSEDED");
  await next.uploads.complete(id);
  expect(await readAll(await next.uploads.read({ sessionId: id }, null))).toEqual(Buffer.from(bytes));
});

test("a crash in the middle of fencing loses nothing", async () => {
  for (let at = 1; at <= 20; at++) {
    const [store, driver] = [memoryStore(), memoryDriver({})];
    const bytes = pattern(1000);
    const stuck = stoppable(driver);
    const first = rig({ store, driver });
    const { id } = await first.uploads.create(free(1000));
    await first.uploads.write(id, { offset: 500 }, whole(bytes.subarray(500)));
    void rig({ store, driver: stuck.driver, timing: { leaseMs: 20 } })
      .uploads.write(id, { offset: 0 }, whole(bytes.subarray(0, 500)))
      .catch(() => {});
    await stuck.stopped;
    const run = crashing(store, driver, at, at % 2 === 0 ? "before" : "after");
    const dying = rig({ store: run.store, driver: run.driver, timing: { leaseMs: 20 } });
    await Promise.race([
      run.died,
      dying.uploads.write(id, { offset: 0 }, whole(bytes.subarray(0, 500))).catch(() => {}),
    ]);
    const next = rig({ store, driver });
    expect((await next.uploads.status(id)).missing.every(({ end }) => end <= 500)).toBe(true);
    await next.uploads.write(id, { offset: 0 }, whole(bytes.subarray(0, 500)));
    await next.uploads.complete(id);
    stuck.resume();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await readAll(await next.uploads.read({ sessionId: id }, null))).toEqual(Buffer.from(bytes));
  }
});

test("who cannot be asked because it completes is waited for, not evicted", async () => {
  const { uploads, store } = rig();
  const { id } = await uploads.create(free(10));
  const { signal } = new AbortController();
  await store.claim(
    id,
    { id: "completer", purpose: "complete", range: { start: 0, end: 0 }, wanted: false, until: Date.now() + 60_000 },
    [],
    { signal },
  );
  expect(await failure(uploads.write(id, { offset: 0 }, whole(pattern(10))))).toMatchObject({
    code: "SESSION_BUSY",
    retry: "same",
  });
});
