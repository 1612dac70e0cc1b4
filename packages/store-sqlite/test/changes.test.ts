import { expect, test } from "@jest/globals";
import { systemClock } from "@stowage/core";
import { watchChanges } from "../src/changes.js";
import { openWriter, type Writer } from "../src/database/connection.js";
import { sqliteStore } from "../src/index.js";
import * as sample from "./sample.js";

const { options, unlimited } = sample;

test("nothing is polled while nobody waits", async () => {
  const place = await sample.temporary();
  let sleeps = 0;
  const clock = {
    now: () => systemClock.now(),
    sleep: (ms: number, signal: AbortSignal) => {
      sleeps++;
      return systemClock.sleep(ms, signal);
    },
  };
  const store = await sqliteStore({ path: place.file, durability: "process", runtime: { clock } });
  await store.insert(sample.openSession({ id: "a" }), unlimited, options);
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(sleeps).toBe(0);
  const stop = new AbortController();
  const changed = store.changed("a", stop);
  // Ends only if it polls on.
  while (sleeps < 3) await new Promise((resolve) => setTimeout(resolve, 10));
  stop.abort();
  await changed;
  const before = sleeps;
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(sleeps).toBe(before);
  await store.close();
  await place.remove();
});

test("where SQLite cannot be asked a waiter is let go soon, and nothing is thrown", async () => {
  const place = await sample.temporary();
  const writer = openWriter(place.file);
  let asked = 0;
  const failing = (): never => {
    asked++;
    throw Object.assign(new Error("disk I/O error"), { rawCode: 10 });
  };
  const prepare: Writer["prepare"] = async (sql) => ({ ...(await writer.prepare(sql)), get: failing });
  const changes = await watchChanges({ ...writer, prepare }, systemClock, () => false);
  const changed = changes.wait("a", options.signal);
  expect(asked).toBe(1);
  await expect(changed).resolves.toBeUndefined();
  const another = changes.wait("a", options.signal);
  expect(() => changes.look()).not.toThrow();
  await another;
  expect(asked).toBe(4);
  writer.close();
  await place.remove();
});
