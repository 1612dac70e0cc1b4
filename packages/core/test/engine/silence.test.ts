import { describe, expect, test } from "@jest/globals";
import { type StorageDriver, UploadError } from "../../src/index.js";
import { memoryBackend, memoryDriver, memoryStore } from "../../src/memory/index.js";
import { breaking, failure, free, KiB, pattern, pieces, planned, readAll, rig, whole } from "./fixture.js";

const chunk = 4 * KiB;
const { signal } = new AbortController();
const soon = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A driver whose writes never come back: the process has stopped in the middle of them. */
const stopped = (driver: StorageDriver): StorageDriver => ({
  ...driver,
  sink: (handle, target) => ({ ...driver.sink(handle, target), write: () => new Promise<never>(() => {}) }),
});

describe("writers that say nothing", () => {
  test("any number of them is evicted, and the upload goes on", async () => {
    const [store, backend] = [memoryStore(), memoryBackend()];
    const silent = rig({ store, driver: stopped(memoryDriver({ backend })), timing: { leaseMs: 60_000 } });
    const bytes = pattern(4 * chunk);
    const { id } = await silent.uploads.create(planned(bytes.length));
    for (const index of [0, 1, 2])
      void silent.uploads
        .write(id, { index }, whole(bytes.subarray(index * chunk, (index + 1) * chunk)))
        .catch(() => {});
    await soon(10);
    const { uploads } = rig({ store, driver: memoryDriver({ backend }) });
    for (const index of [1, 0, 3, 2])
      await uploads.write(id, { index }, whole(bytes.subarray(index * chunk, (index + 1) * chunk)));
    expect(await readAll(await uploads.read({ sessionId: id }, null))).toEqual(Buffer.from(bytes));
  });

  test("do not keep the loop from turning while another one takes its time", async () => {
    const inner = memoryDriver({});
    const driver: StorageDriver = {
      ...inner,
      sink: (handle, target) => {
        const sink = inner.sink(handle, target);
        let isFirst = true;
        const write: typeof sink.write = async (chunk, options) => {
          if (chunk.offset === 0 && isFirst && !(isFirst = false)) return new Promise<never>(() => {});
          if (chunk.offset === 10) await soon(150);
          return sink.write(chunk, options);
        };
        return { ...sink, write };
      },
    };
    const sinks = new Map<string, ReturnType<typeof driver.sink>>();
    const once: StorageDriver = {
      ...driver,
      sink: (handle, target) => {
        const key = JSON.stringify(handle);
        const sink = sinks.get(key) ?? driver.sink(handle, target);
        sinks.set(key, sink);
        return sink;
      },
    };
    const { uploads } = rig({ driver: once });
    const { id } = await uploads.create(free(100));
    void uploads.write(id, { offset: 0 }, whole(pattern(10))).catch(() => {});
    await soon(5);
    const busy = uploads.write(id, { offset: 10 }, whole(pattern(10))).catch(() => {});
    await soon(5);
    let turns = 0;
    const counter = setInterval(() => turns++, 1);
    void uploads.write(id, { offset: 0 }, whole(pattern(10))).catch(() => {});
    await busy;
    clearInterval(counter);
    expect(turns).toBeGreaterThan(20);
  });

  test("a caller that has no time any more is not kept waiting", async () => {
    const { uploads, store } = rig({ timing: { joinMs: 5000 } });
    const { id } = await uploads.create(free(10));
    await store.claim(
      id,
      { id: "other", purpose: "complete", range: { start: 0, end: 0 }, wanted: false, until: Date.now() + 60_000 },
      [],
      { signal },
    );
    const began = performance.now();
    await failure(uploads.write(id, { offset: 0 }, whole(pattern(10)), { signal: AbortSignal.timeout(50) }));
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe("an upload is not given up for what may pass", () => {
  test.each(["BACKEND_FULL", "BACKEND_DENIED", "BACKEND_UNAVAILABLE"] as const)(
    "%s at completion, whatever advice it came with",
    async (code) => {
      const inner = memoryDriver({});
      let isDown = true;
      const driver: StorageDriver = {
        ...inner,
        sink: (handle, target) => {
          const sink = inner.sink(handle, target);
          const down = new UploadError(code, "down", { driver: "memory" });
          return { ...sink, complete: (...given) => (isDown ? Promise.reject(down) : sink.complete(...given)) };
        },
      };
      const { uploads } = rig({ driver });
      const { id } = await uploads.create(planned(3));
      expect((await failure(uploads.write(id, { index: 0 }, whole(pattern(3))))).code).toBe(code);
      isDown = false;
      expect((await uploads.complete(id)).size).toBe(3);
    },
  );

  test("a gateway without the policy leaves the completion to one that has it", async () => {
    const store = memoryStore();
    const driver = memoryDriver({});
    const first = rig({ store, driver });
    const { id } = await first.uploads.create(free(3));
    await first.uploads.write(id, { offset: 0 }, whole(pattern(3)));
    const other = rig({ store, policies: [{ id: "another", driver: memoryDriver({}) }] });
    expect((await failure(other.uploads.complete(id))).code).toBe("POLICY_NOT_FOUND");
    expect((await first.uploads.complete(id)).size).toBe(3);
  });

  test("an answer of the store that was lost leaves the upload as the store has it", async () => {
    const inner = memoryStore();
    let isLost = true;
    const store = {
      ...inner,
      replace: async (...given: Parameters<typeof inner.replace>) => {
        await inner.replace(...given);
        if (isLost)
          throw new UploadError("BACKEND_UNAVAILABLE", "lost", { driver: "sqlite" }, { retry: "after-probe" });
      },
    };
    const { uploads } = rig({ store, driver: memoryDriver({ passiveBegin: false }) });
    expect((await failure(uploads.create({ ...free(3), id: "mine" }))).code).toBe("BACKEND_UNAVAILABLE");
    isLost = false;
    expect((await uploads.create({ ...free(3), id: "mine" })).state).toBe("open");
    await uploads.write("mine", { offset: 0 }, whole(pattern(3)));
    expect((await uploads.complete("mine")).size).toBe(3);
  });
});

describe("what is somebody else's stays", () => {
  test("an object that was at the key already survives the abort of who could not take it", async () => {
    const backend = memoryBackend();
    const { uploads } = rig({ driver: memoryDriver({ backend }) });
    const { id, target } = await uploads.create(planned(3));
    backend.objects.set(target.key, { upload: "another", bytes: pattern(7) });
    expect((await failure(uploads.write(id, { index: 0 }, whole(pattern(3))))).code).toBe("OBJECT_EXISTS");
    expect(backend.objects.get(target.key)?.bytes).toEqual(pattern(7));
    const second = await uploads.create(planned(3, "/b"));
    backend.objects.set(second.target.key, { upload: "another", bytes: pattern(7) });
    await uploads.abort(second.id);
    expect(backend.objects.get(second.target.key)?.bytes).toEqual(pattern(7));
  });

  test("a claim goes at once where nothing came of the write", async () => {
    const { uploads, store } = rig();
    const { id } = await uploads.create(planned(3));
    const checksum = { algorithm: "sha512", value: "" } as const;
    expect((await failure(uploads.write(id, { index: 0 }, whole(pattern(3)), { checksum }))).code).toBe("UNSUPPORTED");
    expect((await store.get(id, { signal }))?.claims).toEqual([]);
  });
});

describe("nobody's failure ends the process", () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);

  test("a trailer that never comes, a listener that rejects", async () => {
    process.on("unhandledRejection", note);
    const { uploads } = rig({ onEvent: (async () => Promise.reject(new Error("listener"))) as never });
    const { id } = await uploads.create(planned(3));
    const checksum = Promise.reject(new Error("no trailer"));
    expect((await failure(uploads.write("unknown", { index: 0 }, whole(pattern(3)), { checksum }))).code).toBe(
      "SESSION_NOT_FOUND",
    );
    const broken = Promise.reject(new Error("no trailer"));
    expect((await failure(uploads.write(id, { index: 0 }, breaking(pattern(1), 3), { checksum: broken }))).code).toBe(
      "INTERRUPTED",
    );
    const never = uploads.write(id, { index: 0 }, whole(pattern(3)), { checksum: new Promise(() => {}) });
    const cut = failure(never);
    await soon(20);
    await uploads.write(id, { index: 0 }, whole(pattern(3)));
    expect((await cut).code).toBe("SUPERSEDED");
    await soon(5);
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("a backend that hangs holds up neither the sweep of others nor the close for ever", async () => {
    const store = memoryStore();
    const session = { ttlMs: 1, maxLifeMs: 1, tombstoneMs: 60_000 };
    const hung: StorageDriver = { ...memoryDriver({}), abort: () => new Promise(() => {}) };
    const policies = [
      { id: "hung", driver: hung, session },
      { id: "fine", driver: memoryDriver({}), session },
    ];
    const { uploads, engine } = rig({ store, policies, timing: { joinMs: 20, rescueMs: 20 } });
    for (let i = 0; i < 6; i++) await uploads.create({ ...free(1, `/hung-${i}`), policyId: "hung" });
    const { id } = await uploads.create({ ...free(1, "/fine"), policyId: "fine" });
    await soon(5);
    await engine.sweep();
    expect((await uploads.status(id)).session.state).toBe("aborted");
    const stuck = rig({ driver: stopped(memoryDriver({})) });
    const open = await stuck.uploads.create(planned(3));
    void stuck.uploads.write(open.id, { index: 0 }, whole(pattern(3))).catch(() => {});
    await soon(5);
    await stuck.engine.close({ signal: AbortSignal.timeout(50) });
  });
});

describe("parts of a body", () => {
  test("a gap that somebody fills meanwhile is compared, not refused", async () => {
    const { uploads } = rig({ timing: { stride: 1000 } });
    const bytes = pattern(3000);
    const { id } = await uploads.create(free(3000));
    await uploads.write(id, { offset: 0 }, whole(bytes.subarray(0, 1000)));
    await uploads.write(id, { offset: 2000 }, whole(bytes.subarray(2000)));
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 500);
      await uploads.write(id, { offset: 1000 }, whole(bytes.subarray(1000, 2000)));
      yield bytes.subarray(500);
    }
    await uploads.write(id, { offset: 0 }, { size: 3000, oneShot: true, stream: slow });
    expect((await uploads.complete(id)).size).toBe(3000);
  });

  test("one that is checked as a whole is never larger than the backend's parts", async () => {
    const { uploads } = rig({ driver: memoryDriver({ part: { maxSize: 100 } }) });
    const { id } = await uploads.create(free(1000));
    const checksum = { algorithm: "crc32", value: "AAAAAA==" } as const;
    expect((await failure(uploads.write(id, { offset: 0 }, pieces(pattern(500), 50, false), { checksum }))).code).toBe(
      "OBJECT_TOO_LARGE",
    );
  });

  test("a tombstone lives as long as it was announced", async () => {
    const { uploads, engine } = rig({ policy: { session: { ttlMs: 60_000, maxLifeMs: 60_000, tombstoneMs: 1 } } });
    const { id, expiresAt } = await uploads.create(planned(3));
    await uploads.write(id, { index: 0 }, whole(pattern(3)));
    await soon(5);
    await engine.sweep();
    expect((await uploads.status(id)).session.expiresAt).toBeGreaterThanOrEqual(expiresAt);
  });
});
