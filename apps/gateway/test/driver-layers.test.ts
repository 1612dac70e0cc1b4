import { describe, expect, test } from "@jest/globals";
import { UploadError } from "@stowage/core";
import type { Clock, StorageDriver } from "@stowage/core";
import type { DriverCall } from "@stowage/core/layers";
import { withLayers } from "../src/driver-layers.js";

const options = { signal: new AbortController().signal };
/** Never waits. */
const clock: Clock = { now: () => 0, sleep: async () => {} };
const throttled = (): UploadError =>
  new UploadError("BACKEND_THROTTLED", "busy", { driver: "test" }, { retry: "same" });

/** A driver whose `check` fails so often, then finds nothing; only that verb is used. */
function failing(name: string, times: number): { readonly driver: StorageDriver; readonly made: () => number } {
  let made = 0;
  const abort = async (): Promise<void> => {
    made += 1;
    if (made <= times) throw throttled();
  };
  const driver = { name, capabilities: { ordering: { kind: "sequential" }, part: {} }, abort };
  return { driver: driver as unknown as StorageDriver, made: () => made };
}

describe("a call that fails in passing", () => {
  test.each([
    ["s3", undefined, 4],
    ["local", undefined, 1],
    ["local", 3, 3],
    ["s3", 1, 1],
  ])("of %s with attempts %j is made %i times", async (name, attempts, expected) => {
    const { driver, made } = failing(name, 100);
    const layered = withLayers(driver, { calls: { attempts, atOnce: undefined }, clock });
    await expect(layered.abort(null, {} as never, options)).rejects.toMatchObject({ code: "BACKEND_THROTTLED" });
    expect(made()).toBe(expected);
  });

  test("is observed each time it is made", async () => {
    const { driver } = failing("s3", 2);
    const seen: [DriverCall, unknown][] = [];
    const observer = (call: DriverCall) => (error?: unknown) => void seen.push([call, error]);
    const layered = withLayers(driver, { calls: { attempts: undefined, atOnce: 1 }, observer, clock });
    await layered.abort(null, {} as never, options);
    expect(seen.map(([{ operation }, error]) => [operation, error !== undefined])).toEqual([
      ["abort", true],
      ["abort", true],
      ["abort", false],
    ]);
  });
});

test("who waits for his turn is not observed, nor holds a turn while he waits to try again", async () => {
  let inside = 0;
  let most = 0;
  const releases: (() => void)[] = [];
  const abort = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise<void>((resolve) => releases.push(resolve));
    inside -= 1;
    if (releases.length === 1) throw throttled();
  };
  let begun = 0;
  const observer = () => {
    begun += 1;
    return () => {};
  };
  const layered = withLayers({ name: "s3", abort } as unknown as StorageDriver, {
    calls: { attempts: 2, atOnce: 1 },
    observer,
    clock,
  });
  const both = Promise.all([layered.abort(null, {} as never, options), layered.abort(null, {} as never, options)]);
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await turn();
  expect(begun).toBe(1);
  for (let at = 0; at < 3; at++) {
    releases[at]?.();
    await turn();
  }
  await both;
  expect([begun, most]).toEqual([3, 1]);
});
