import { describe, expect, test } from "@jest/globals";
import { type ChunkSink, fromBytes, fromStream, put, type StorageDriver, UploadError } from "../src/index.js";
import { memoryBackend, memoryDriver } from "../src/memory/index.js";
import { failure, pattern, pieces } from "./engine/fixture.js";

describe("put", () => {
  test.each([0, 1, 100, 20_000])("stows %d bytes, cut as the driver wants it", async (size) => {
    const backend = memoryBackend();
    const driver = memoryDriver({ backend, part: { minSize: 1, maxSize: 3000, maxCount: 100 } });
    const content = pattern(size);
    expect(await put(driver, { key: "k", body: pieces(content, 777) })).toMatchObject({ key: "k", size });
    expect(backend.objects.get("k")?.bytes).toEqual(content);
    expect(backend.uploads.size).toBe(0);
  });

  test("leaves nothing behind where the body is shorter than it says, and never overwrites", async () => {
    const backend = memoryBackend();
    const driver = memoryDriver({ backend, part: { minSize: 1, maxSize: 3000, maxCount: 100 } });
    const short = { ...pieces(pattern(9000), 1000), size: 10_000 };
    expect((await failure(put(driver, { key: "k", body: short }))).code).toBe("BODY_TRUNCATED");
    expect([...backend.uploads.keys(), ...backend.objects.keys()]).toEqual([]);
    await put(driver, { key: "k", body: fromBytes(pattern(5)) });
    expect((await failure(put(driver, { key: "k", body: fromBytes(pattern(6)) }))).code).toBe("OBJECT_EXISTS");
    expect((await failure(put(driver, { key: "l", body: pieces(pattern(5), 1, false) }))).code).toBe("LENGTH_REQUIRED");
  });

  test("goes one after the other where the driver takes chunks in order only", async () => {
    const backend = memoryBackend();
    const driver = memoryDriver({ backend, ordering: { kind: "sequential" }, part: { maxSize: 1000 } });
    const content = pattern(4500);
    await put(driver, { key: "k", body: pieces(content, 64) });
    expect(backend.objects.get("k")?.bytes).toEqual(content);
  });

  /** Yields so many pieces, and remembers how far it came and whether it was let go. */
  function sender(count: number, step = 1000) {
    const state = { yielded: 0, released: false };
    async function* stream(): AsyncGenerator<Uint8Array> {
      try {
        for (; state.yielded < count; state.yielded++) yield pattern(step);
      } finally {
        state.released = true;
      }
    }
    return { state, stream: stream() };
  }

  /** A memory driver with parts of 1000 bytes whose sink writes as it is told. */
  function altered(write: (inner: ChunkSink) => ChunkSink["write"]): StorageDriver {
    const inner = memoryDriver({ part: { minSize: 1, maxSize: 1000, maxCount: 1000 } });
    const sink: StorageDriver["sink"] = (handle, target) => {
      const real = inner.sink(handle, target);
      return { ...real, write: write(real) };
    };
    return { ...inner, sink };
  }

  const denied = new UploadError("BACKEND_DENIED", "no", { driver: "memory" });

  test("a chunk that fails stops the others at once, and the sender is let go", async () => {
    const { state, stream } = sender(200);
    let begun = 0;
    let dropped = 0;
    const driver = altered(() => (chunk, { signal }) => {
      begun++;
      if (chunk.offset === 1000) return Promise.reject(denied);
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          dropped++;
          reject(signal.reason as Error);
        });
      });
    });
    expect((await failure(put(driver, { key: "k", body: fromStream(stream, 200_000) }))).code).toBe("BACKEND_DENIED");
    expect(begun).toBeLessThanOrEqual(4);
    expect(dropped).toBe(begun - 1);
    expect(state.released).toBe(true);
    expect(state.yielded).toBeLessThanOrEqual(5);
  });

  test("nobody waits for a sender that stalls, neither after a failure nor after the signal", async () => {
    async function* stalling(): AsyncGenerator<Uint8Array> {
      yield pattern(1500);
      await new Promise(() => {});
    }
    const failing = altered(() => () => Promise.reject(denied));
    const body = fromStream(stalling(), 5000);
    expect((await failure(put(failing, { key: "k", body }))).code).toBe("BACKEND_DENIED");
    const stop = new AbortController();
    const stopped = put(
      altered((inner) => inner.write.bind(inner)),
      { key: "k", body: fromStream(stalling(), 5000) },
      stop,
    );
    setImmediate(() => stop.abort(denied));
    await expect(stopped).rejects.toBe(denied);
  });

  test.each([
    [100, 0],
    [100, 100],
    [100, 2500],
    [1000, 99_000],
  ])("pieces of %d bytes beyond the %d announced are refused, not cut off", async (step, size) => {
    const { state, stream } = sender(100, step);
    const backend = memoryBackend();
    const driver = memoryDriver({ backend, part: { minSize: 1, maxSize: 1000, maxCount: 1000 } });
    const error = await failure(put(driver, { key: "k", body: fromStream(stream, size) }));
    expect(error.code).toBe("CHUNK_SIZE_MISMATCH");
    expect([...backend.uploads.keys(), ...backend.objects.keys()]).toEqual([]);
    expect(state.released).toBe(true);
  });

  test("empty pieces after the end are nothing", async () => {
    async function* ending(): AsyncGenerator<Uint8Array> {
      yield pattern(2500);
      yield new Uint8Array(0);
    }
    const driver = altered((inner) => inner.write.bind(inner));
    expect(await put(driver, { key: "k", body: fromStream(ending(), 2500) })).toMatchObject({ size: 2500 });
  });
});
