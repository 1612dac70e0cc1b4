import { describe, expect, test } from "@jest/globals";
import { type Chunk, fromBytes, type RetryAdvice, type StorageDriver, UploadError } from "../../src/index.js";
import { retry, type RetryOptions } from "../../src/layers/index.js";
import { memoryDriver } from "../../src/memory/index.js";

const options = { signal: new AbortController().signal };
const target = { sessionId: "s", key: "k", size: 3, plan: null, contentType: "", metadata: {}, expiresAt: 0 };
const chunk = (oneShot: boolean): Chunk => ({
  offset: 0,
  index: 0,
  isLast: true,
  whole: true,
  attempt: "a",
  body: { ...fromBytes(new Uint8Array(3)), oneShot },
});

interface Rig {
  readonly driver: StorageDriver;
  readonly waits: number[];
  readonly calls: string[];
}

/** A driver whose calls throw `errors` one after the other before they work. */
function failing(errors: readonly UploadError[], given: RetryOptions = {}): Rig {
  const [waits, calls, left]: [number[], string[], UploadError[]] = [[], [], [...errors]];
  const inner = memoryDriver({});
  const told = async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
    calls.push(name);
    const error = left.shift();
    if (error !== undefined) throw error;
    return work();
  };
  const objects = inner.objects as NonNullable<StorageDriver["objects"]>;
  const flaky: StorageDriver = {
    ...inner,
    begin: (...all) => told("begin", () => inner.begin(...all)),
    abort: (...all) => told("abort", () => inner.abort(...all)),
    sink: (...all) => {
      const sink = inner.sink(...all);
      return {
        write: (...one) => told("write", () => sink.write(...one)),
        complete: (...one) => told("complete", () => sink.complete(...one)),
        probe: (...one) => told("probe", () => sink.probe(...one)),
      };
    },
    objects: { ...objects, stat: (...all) => told("stat", () => objects.stat(...all)) },
  };
  const clock = { now: () => 0, sleep: async (ms: number) => void waits.push(ms) };
  return { driver: retry({ clock, random: () => 1, ...given })(flaky), waits, calls };
}

function unavailable(advice: RetryAdvice): UploadError {
  return new UploadError("BACKEND_UNAVAILABLE", "away", { driver: "memory" }, { retry: advice });
}

function throttled(retryAfterMs?: number): UploadError {
  const details = { driver: "memory", ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return new UploadError("BACKEND_THROTTLED", "slow down", details, { retry: "same" });
}

describe("retry", () => {
  test("waits longer each time, up to its cap, and gives up after the last attempt", async () => {
    const errors = Array.from({ length: 9 }, () => unavailable("same"));
    const { driver, waits, calls } = failing(errors, { attempts: 6, baseMs: 100, maxWaitMs: 500 });
    await expect(driver.objects?.stat("k", options)).rejects.toBe(errors[5]);
    expect(waits).toEqual([100, 200, 400, 500, 500]);
    expect(calls).toHaveLength(6);
  });

  test("jitter is full: the wait may be nothing", async () => {
    const { driver, waits } = failing([unavailable("same")], { random: () => 0 });
    await driver.objects?.stat("k", options);
    expect(waits).toEqual([0]);
  });

  test("never comes back before the backend wants it, nor at all where that is too long", async () => {
    const patient = failing([throttled(7_000), throttled()], { baseMs: 100 });
    await patient.driver.objects?.stat("k", options);
    expect(patient.waits).toEqual([7_000, 200]);
    const hasty = failing([throttled(60_000)]);
    await expect(hasty.driver.objects?.stat("k", options)).rejects.toThrow("slow down");
    expect([hasty.waits, hasty.calls]).toEqual([[], ["stat"]]);
  });

  test("what will never work is not tried again", async () => {
    const { driver, calls } = failing([unavailable("never")]);
    await expect(driver.objects?.stat("k", options)).rejects.toThrow("away");
    expect(calls).toEqual(["stat"]);
  });

  test("what may have happened is repeated where that is harmless: not begin", async () => {
    const ambiguous = failing([unavailable("after-probe")]);
    await expect(ambiguous.driver.begin(target, options)).rejects.toThrow("away");
    expect(ambiguous.calls).toEqual(["begin"]);
    const clear = failing([unavailable("same")]);
    await clear.driver.begin(target, options);
    expect(clear.calls).toEqual(["begin", "begin"]);
    const abort = failing([unavailable("after-probe")]);
    await abort.driver.abort(null, target, options);
    expect(abort.calls).toEqual(["abort", "abort"]);
  });

  test("a body that can be read once is sent once; another again", async () => {
    const once = failing([]);
    const handle = await once.driver.begin(target, options);
    const oneShot = failing([unavailable("same")]);
    await expect(oneShot.driver.sink(handle, target).write(chunk(true), options)).rejects.toThrow("away");
    expect(oneShot.calls).toEqual(["write"]);
    const again = failing([unavailable("after-probe")]);
    expect((await again.driver.sink(handle, target).write(chunk(false), options)).size).toBe(3);
    expect(again.calls).toEqual(["write", "write"]);
  });

  test("a signal ends the waiting with what was thrown last", async () => {
    const stop = new AbortController();
    const clock = { now: () => 0, sleep: async () => stop.abort() };
    const { driver, calls } = failing([unavailable("same")], { clock });
    await expect(driver.objects?.stat("k", { signal: stop.signal })).rejects.toThrow("away");
    expect(calls).toEqual(["stat"]);
  });
});
