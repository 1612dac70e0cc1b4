import { expect, test } from "@jest/globals";
import { systemClock } from "@stowage/core";
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
