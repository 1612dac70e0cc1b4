import { expect, test } from "@jest/globals";
import type { StorageDriver } from "../../src/index.js";
import { memoryDriver } from "../../src/memory/index.js";
import { bob, failure, free, KiB, pattern, planned, rig, whole } from "./fixture.js";

test("a front-end's facts change, also of an upload that is done", async () => {
  const { engine, uploads } = rig();
  const { id } = await uploads.create({ ...planned(1 * KiB), wire: { callback: null } });
  await uploads.setWire(id, { callback: "url" });
  expect(await uploads.session(id)).toMatchObject({ state: "open", wire: { callback: "url" } });
  await uploads.write(id, { index: 0 }, whole(pattern(1 * KiB)));
  await uploads.setWire(id, { callback: "url", delivered: true });
  expect(await uploads.session(id)).toMatchObject({ state: "completed", wire: { delivered: true } });
  expect(await failure(engine.as(bob).setWire(id, null))).toMatchObject({ code: "SESSION_NOT_FOUND" });
});

test("nothing is lost where a chunk comes at the same time", async () => {
  const { uploads } = rig();
  const bytes = pattern(16 * KiB);
  const { id } = await uploads.create(planned(bytes.length));
  const chunks = [0, 1, 2, 3].map((index) =>
    uploads.write(id, { index }, whole(bytes.subarray(index * 4 * KiB, (index + 1) * 4 * KiB))),
  );
  await Promise.all([...chunks, ...[1, 2, 3, 4].map((n) => uploads.setWire(id, { n }))]);
  expect(await uploads.session(id)).toMatchObject({ state: "completed", received: bytes.length });
});

test("an upload lives as long as it was asked to, past the policy's times", async () => {
  let now = 1_000;
  const clock = { now: () => now, sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 1)) };
  const { engine, uploads } = rig({
    runtime: { clock },
    policy: { session: { ttlMs: 10, maxLifeMs: 20, tombstoneMs: 10 } },
  });
  const { id } = await uploads.create({ ...planned(8 * KiB), expiresAt: 500_000 });
  now = 400_000;
  await engine.sweep();
  const written = await uploads.write(id, { index: 0 }, whole(pattern(4 * KiB)));
  expect(written.expiresAt).toBe(500_000);
  expect(await uploads.session(id)).toMatchObject({ state: "open", target: { expiresAt: 500_000 } });
  now = 500_001;
  await engine.sweep();
  expect(await failure(uploads.write(id, { index: 1 }, whole(pattern(4 * KiB))))).toMatchObject({
    code: "SESSION_EXPIRED",
  });
});

test("a session that is still being opened is not changed under its opener", async () => {
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const inner = memoryDriver({ passiveBegin: false });
  const driver: StorageDriver = {
    ...inner,
    begin: async (target, options) => {
      await begun;
      return inner.begin(target, options);
    },
  };
  const { uploads } = rig({ driver });
  const creating = uploads.create({ ...free(5), id: "one" });
  while ((await uploads.sessions({ limit: 1 })).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  expect((await failure(uploads.setWire("one", { told: true }))).code).toBe("SESSION_BUSY");
  begin();
  expect((await creating).state).toBe("open");
  await uploads.setWire("one", { told: true });
  expect((await uploads.session("one")).wire).toEqual({ told: true });
});
