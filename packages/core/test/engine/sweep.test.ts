import { describe, expect, test } from "@jest/globals";
import type { Clock } from "../../src/index.js";
import { memoryDriver, memoryStore } from "../../src/memory/index.js";
import { failure, free, pattern, planned, rig, whole } from "./fixture.js";

const day = 24 * 3600 * 1000;

/** A clock that stands still until it is moved; sleeps end when they are due, or soon where nobody moves it. */
function manualClock(): Clock & { advance(ms: number): void } {
  let now = 1_700_000_000_000;
  return {
    now: () => now,
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, 20);
        signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
      }),
    advance: (ms) => void (now += ms),
  };
}

describe("sweep", () => {
  test("ends what has expired and gives its quota back; activity moves the end, up to a cap", async () => {
    const clock = manualClock();
    const driver = memoryDriver({});
    const { uploads, engine } = rig({
      driver,
      runtime: { clock },
      policy: { session: { ttlMs: day, maxLifeMs: 2 * day, tombstoneMs: day } },
    });
    const { id, expiresAt } = await uploads.create(free(3));
    clock.advance(day / 2);
    const moved = await uploads.write(id, { offset: 0 }, whole(pattern(1)));
    expect(moved.expiresAt - expiresAt).toBe(day / 2);
    clock.advance(day - 1);
    expect(await engine.sweep()).toMatchObject({ aborted: 0 });
    await uploads.write(id, { offset: 1 }, whole(pattern(1)));
    expect((await uploads.status(id)).session.expiresAt).toBe(expiresAt + day);
    clock.advance(day);
    expect((await failure(uploads.write(id, { offset: 2 }, whole(pattern(1))))).code).toBe("SESSION_EXPIRED");
    expect((await failure(uploads.status(id))).code).toBe("SESSION_EXPIRED");
    expect(await engine.sweep()).toEqual({ aborted: 1, completed: 0, collected: 0, failed: 0 });
    expect((await failure(uploads.complete(id))).code).toBe("SESSION_EXPIRED");
    expect(await uploads.usage()).toMatchObject({ reserved: 0 });
    clock.advance(day);
    await engine.sweep();
    expect((await failure(uploads.status(id))).code).toBe("SESSION_NOT_FOUND");
  });

  test("keeps the tombstone of a finished upload, then the file without it", async () => {
    const clock = manualClock();
    const { uploads, engine } = rig({ runtime: { clock } });
    const { id } = await uploads.create(planned(3));
    await uploads.write(id, { index: 0 }, whole(pattern(3)));
    expect((await uploads.complete(id)).size).toBe(3);
    clock.advance(day + 1);
    await engine.sweep();
    expect((await failure(uploads.complete(id))).code).toBe("SESSION_NOT_FOUND");
    expect((await uploads.find({ path: "/a.bin" }))?.object?.size).toBe(3);
  });

  test("removes an object that only its session named, with the session", async () => {
    const clock = manualClock();
    const { uploads, engine, driver } = rig({ runtime: { clock } });
    const { id, target } = await uploads.create(free(3, null));
    await uploads.write(id, { offset: 0 }, whole(pattern(3)));
    await uploads.complete(id);
    const { signal } = new AbortController();
    expect(await driver.objects?.stat(target.key, { signal })).toMatchObject({ size: 3 });
    expect(await uploads.usage()).toMatchObject({ reserved: 3, stored: 0 });
    clock.advance(day + 1);
    await engine.sweep();
    expect(await driver.objects?.stat(target.key, { signal })).toBeNull();
    expect(await uploads.usage()).toMatchObject({ reserved: 0, stored: 0 });
  });

  test("empties the garbage of removed files, and is stopped by none that fails", async () => {
    const inner = memoryDriver({});
    let refuse = "";
    const objects = {
      ...inner.objects,
      remove: (key: string, options: { signal: AbortSignal }) =>
        key === refuse ? Promise.reject(new Error("no")) : inner.objects?.remove(key, options),
    };
    const { uploads, engine } = rig({ driver: { ...inner, objects: objects as never } });
    for (const path of ["/d/1", "/d/2", "/d/3"]) {
      const { id, target } = await uploads.create(planned(3, path));
      await uploads.write(id, { index: 0 }, whole(pattern(3)));
      refuse ||= target.key;
    }
    const folder = await uploads.find({ path: "/d" });
    await uploads.remove(folder?.id ?? "");
    expect(await uploads.list("/", null, 10)).toEqual([]);
    expect(await engine.sweep()).toMatchObject({ collected: 2, failed: 1 });
    refuse = "-";
    expect(await engine.sweep()).toMatchObject({ collected: 1, failed: 0 });
  });

  test("sessions and objects of a policy that is not configured any more starve nobody", async () => {
    const clock = manualClock();
    const store = memoryStore();
    const session = { ttlMs: 1000, maxLifeMs: 1000, tombstoneMs: 1000 };
    const old = rig({ store, runtime: { clock }, policies: [{ id: "old", driver: memoryDriver({}), session }] });
    for (let i = 0; i < 101; i++) {
      const { id } = await old.uploads.create(free(1, null));
      await old.uploads.write(id, { offset: 0 }, whole(pattern(1)));
      await old.uploads.complete(id);
      const file = await old.uploads.create(planned(1, `/old-${i}`));
      await old.uploads.write(file.id, { index: 0 }, whole(pattern(1)));
      await old.uploads.remove((await old.uploads.find({ path: `/old-${i}` }))?.id ?? "");
    }
    const { uploads, engine } = rig({
      store,
      runtime: { clock },
      policies: [{ id: "new", driver: memoryDriver({}), session }],
    });
    const { id } = await uploads.create(planned(3, "/new"));
    const done = await uploads.create(planned(1, "/gone"));
    await uploads.write(done.id, { index: 0 }, whole(pattern(1)));
    await uploads.remove((await uploads.find({ path: "/gone" }))?.id ?? "");
    clock.advance(2000);
    expect(await engine.sweep()).toMatchObject({ aborted: 1, collected: 1, failed: 101 + 101 });
    expect((await uploads.status(id)).session.state).toBe("aborted");
  });

  test("many that somebody else completes right now hide nothing behind them", async () => {
    const clock = manualClock();
    const { uploads, engine, store } = rig({ runtime: { clock } });
    const { signal } = new AbortController();
    for (let i = 0; i < 101; i++) {
      const { id } = await uploads.create(free(1, `/${i}`));
      const snapshot = await store.get(id, { signal });
      if (snapshot?.session.state !== "open") throw new Error("not open");
      const { session } = snapshot;
      await store.replace({ ...session, state: "completing", revision: session.revision + 1, dueAt: 1 }, 1e9, {
        signal,
      });
      const until = clock.now() + 30 * day;
      await store.claim(
        id,
        { id: "other", purpose: "complete", range: { start: 0, end: 0 }, wanted: false, until },
        [],
        { signal },
      );
    }
    const last = await uploads.create(planned(3, "/last"));
    clock.advance(2 * day);
    expect(await engine.sweep()).toMatchObject({ aborted: 1, failed: 0 });
    expect((await uploads.status(last.id)).session.state).toBe("aborted");
  });

  test("aborting is idempotent, refuses a completed upload, and closes the session", async () => {
    const { uploads } = rig();
    const { id } = await uploads.create(planned(3));
    await uploads.abort(id);
    await uploads.abort(id);
    expect((await failure(uploads.write(id, { index: 0 }, whole(pattern(3))))).code).toBe("SESSION_CLOSED");
    const done = await uploads.create(planned(3));
    await uploads.write(done.id, { index: 0 }, whole(pattern(3)));
    expect(await failure(uploads.abort(done.id))).toMatchObject({
      code: "SESSION_CLOSED",
      details: { state: "completed" },
    });
  });

  test("closing keeps what came", async () => {
    const first = rig();
    const { id } = await first.uploads.create(free(1000));
    const { hanging } = await import("./fixture.js");
    const stuck = hanging(pattern(600), 1000);
    const old = failure(first.uploads.write(id, { offset: 0 }, stuck));
    await stuck.started;
    const closed: string[] = [];
    const store = { ...first.store, close: async () => void closed.push("store") };
    const second = rig({ store, driver: first.driver });
    await first.engine.close();
    expect((await old).code).toBe("INTERRUPTED");
    expect((await second.uploads.status(id)).contiguousOffset).toBe(600);
    await second.engine.close();
    expect(closed).toEqual(["store"]);
  });
});
