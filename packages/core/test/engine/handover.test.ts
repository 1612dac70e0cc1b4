import { describe, expect, test } from "@jest/globals";
import type { StoredObject } from "../../src/index.js";
import { memoryDriver, memoryStore } from "../../src/memory/index.js";
import { KiB, pattern, pieces, planned, readAll, type Rig, rig, whole } from "./fixture.js";

/** A store that notes which of its methods are called, and lets a test in before `settle` is answered. */
function watched(onSettled: (id: string, filled: boolean) => Promise<void> = async () => {}) {
  const inner = memoryStore();
  const calls: string[] = [];
  const store = new Proxy(inner, {
    get(target, name: keyof typeof inner) {
      const method = target[name] as (...given: unknown[]) => Promise<{ readonly filled: boolean }>;
      return async (...given: unknown[]) => {
        calls.push(name);
        const result = await method(...given);
        if (name === "settle") await onSettled(String(given[0]), result.filled);
        return result;
      };
    },
  });
  return { store, calls };
}

describe("a writer that fills its session", () => {
  test("asks the store four times in the life of a small upload", async () => {
    const { store, calls } = watched();
    const { uploads } = rig({ store });
    const { id } = await uploads.create(planned(3));
    const { object } = await uploads.write(id, { index: 0 }, whole(pattern(3)));
    expect(object?.size).toBe(3);
    expect(calls).toEqual(["insert", "claim", "settle", "publish"]);
  });

  test("holds the completion, and waits for nobody who wants to complete as well", async () => {
    let asked: Promise<StoredObject> | undefined;
    const { store } = watched(async (id, filled) => {
      if (!filled) return;
      asked = one.uploads.complete(id);
      // Long enough for it to have found the claim taken.
      await new Promise((resolve) => setTimeout(resolve, 20));
    });
    const one: Rig = rig({ store });
    const { id } = await one.uploads.create(planned(3));
    const startedAt = performance.now();
    const { object } = await one.uploads.write(id, { index: 0 }, whole(pattern(3)));
    expect(await asked).toEqual(object);
    expect(performance.now() - startedAt).toBeLessThan(400);
    expect(one.events.filter(({ type }) => type === "upload.completed")).toHaveLength(1);
  });

  test("leaves the completion to be claimed where another still holds a claim", async () => {
    const { store, calls } = watched();
    const { uploads } = rig({ store, timing: { patienceMs: 30 } });
    const { id } = await uploads.create(planned(3));
    const until = Date.now() + 3_000;
    const stray = { id: "stray", purpose: "write", range: { start: 3, end: 9 }, wanted: false, until } as const;
    await store.claim(id, stray, [], { signal: new AbortController().signal });
    const { object } = await uploads.write(id, { index: 0 }, whole(pattern(3)));
    expect(object?.size).toBe(3);
    expect(calls.slice(0, 4)).toEqual(["insert", "claim", "claim", "settle"]);
    expect(calls.slice(4)).toContain("claim");
  });
});

describe("a session that is known", () => {
  test("is looked at again where another was made under its id", async () => {
    const store = memoryStore();
    const driver = memoryDriver({});
    const one = rig({ store, driver });
    const other = rig({ store, driver, policy: { chunks: { size: 8 * KiB } } });
    await one.uploads.create({ ...planned(8 * KiB, "/b.bin"), id: "same" });
    await store.delete("same", { signal: new AbortController().signal });
    await other.uploads.create({ ...planned(8 * KiB), id: "same" });
    const bytes = pattern(8 * KiB);
    // Without a length the old plan would take half of it for a chunk.
    await one.uploads.write("same", { index: 0 }, pieces(bytes, KiB, false));
    expect(await readAll(await one.uploads.read({ sessionId: "same" }, null))).toEqual(Buffer.from(bytes));
  });

  test("answers to its owner only", async () => {
    const { engine, uploads } = rig();
    const { id } = await uploads.create(planned(3));
    const stranger = engine.as({ owner: "bob", groups: [] });
    await expect(stranger.write(id, { index: 0 }, whole(pattern(3)))).rejects.toMatchObject({
      code: "SESSION_NOT_FOUND",
    });
  });
});
