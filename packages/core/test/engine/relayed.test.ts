import { describe, expect, test } from "@jest/globals";
import type { StorageDriver } from "../../src/index.js";
import { memoryBackend, memoryDriver, memoryStore } from "../../src/memory/index.js";
import { failure, free, KiB, pattern, planned, readAll, rig, whole } from "./fixture.js";

/** A backend that takes parts of 4 KiB, and the same as a relay would show it. */
function narrow(): { readonly driver: StorageDriver; readonly relayed: StorageDriver } {
  const backend = memoryBackend();
  const driver = memoryDriver({ backend, part: { minSize: 4 * KiB }, deferredSize: false, partialChunks: false });
  return { driver, relayed: { ...memoryDriver({ backend }), name: "relay(memory)" } };
}

describe("a policy with a relay", () => {
  test("takes what the driver could not take as it comes, and the driver all else", async () => {
    const { driver, relayed } = narrow();
    const store = memoryStore();
    const { uploads } = rig({ driver, policy: { relayed }, store });
    const used = async (id: string): Promise<string | undefined> => {
      const snapshot = await store.get(id, { signal: new AbortController().signal });
      return snapshot?.session.driver;
    };
    expect(await used((await uploads.create(planned(10 * KiB, "/planned"))).id)).toBe("memory");
    expect(await used((await uploads.create(free(10 * KiB, "/free"))).id)).toBe("relay(memory)");
    expect(await used((await uploads.create(free(null, "/unknown"))).id)).toBe("relay(memory)");
  });

  test("leaves a driver alone that takes everything", async () => {
    const store = memoryStore();
    const { uploads } = rig({ store, policy: { relayed: { ...memoryDriver({}), name: "relay(memory)" } } });
    const { id } = await uploads.create(free(null));
    const snapshot = await store.get(id, { signal: new AbortController().signal });
    expect(snapshot?.session.driver).toBe("memory");
  });

  test("carries an upload from its first byte to its end", async () => {
    const { uploads } = rig({ ...narrowRig() });
    const bytes = pattern(10 * KiB);
    const { id } = await uploads.create(free(bytes.length));
    await uploads.write(id, { offset: 0 }, whole(bytes.subarray(0, 1)));
    await uploads.write(id, { offset: 1 }, whole(bytes.subarray(1)));
    await uploads.complete(id);
    const entry = await uploads.find({ path: "/a.bin" });
    expect(await readAll(await uploads.read({ entryId: entry?.id ?? "" }, null))).toEqual(Buffer.from(bytes));
  });

  test("aborts with the driver that began, and after the tombstone's time once more", async () => {
    const { driver, relayed } = narrow();
    const aborted: string[] = [];
    const told: StorageDriver = {
      ...relayed,
      abort: async (handle, target, options) => {
        aborted.push(handle === null ? "null" : "handle");
        await relayed.abort(handle, target, options);
      },
    };
    const bare = { ...driver, abort: () => Promise.reject(new Error("the wrong one")) };
    let now = 1_000_000;
    const clock = { now: () => now, sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 1)) };
    const { engine, uploads } = rig({ driver: bare, policy: { relayed: told }, runtime: { clock } });
    const { id } = await uploads.create(free(10 * KiB));
    await uploads.abort(id);
    now += 30 * 24 * 3600 * 1000;
    await engine.sweep();
    expect(aborted).toEqual(["handle", "null"]);
    expect(await failure(uploads.session(id))).toMatchObject({ code: "SESSION_NOT_FOUND" });
  });

  test("is missed by an upload that it carried, once it is gone", async () => {
    const { driver, relayed } = narrow();
    const store = memoryStore();
    const { id } = await rig({ driver, store, policy: { relayed } }).uploads.create(free(10));
    const { uploads } = rig({ driver, store });
    expect(await failure(uploads.write(id, { offset: 0 }, whole(pattern(10))))).toMatchObject({
      code: "BACKEND_LOST_UPLOAD",
      details: { driver: "relay(memory)" },
    });
  });

  test("closes what is behind the relay once", async () => {
    const { driver, relayed } = narrow();
    let closed = 0;
    const close = (): Promise<void> => Promise.resolve(void closed++);
    const { engine } = rig({ driver: { ...driver, close }, policy: { relayed: { ...relayed, close } } });
    await engine.close();
    expect(closed).toBe(1);
  });
});

function narrowRig(): { driver: StorageDriver; policy: { relayed: StorageDriver } } {
  const { driver, relayed } = narrow();
  return { driver, policy: { relayed } };
}
