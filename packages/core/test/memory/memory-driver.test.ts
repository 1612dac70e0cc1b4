import { expect, test } from "@jest/globals";
import { fromBytes, put } from "../../src/index.js";
import { memoryBackend, memoryDriver } from "../../src/memory/index.js";

const signal = new AbortController().signal;

test("what is put is read back, whole and in ranges", async () => {
  const backend = memoryBackend();
  const driver = memoryDriver({ backend });
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
  expect(await put(driver, { key: "a", body: fromBytes(bytes) })).toEqual({ key: "a", size: 1000 });
  expect(backend.objects.get("a")?.bytes).toEqual(bytes);
  expect(backend.uploads.size).toBe(0);
  const source = await driver.objects?.read?.("a", { start: 10, end: 20 }, { signal });
  const pieces: Uint8Array[] = [];
  for await (const piece of source?.stream() ?? []) pieces.push(piece);
  expect(Buffer.concat(pieces)).toEqual(Buffer.from(bytes.subarray(10, 20)));
});

test("two drivers over one backend see the same uploads", async () => {
  const backend = memoryBackend();
  const [one, two] = [memoryDriver({ backend }), memoryDriver({ backend })];
  await put(one, { key: "a", body: fromBytes(new Uint8Array(3)) });
  expect(await two.objects?.stat("a", { signal })).toEqual({ key: "a", size: 3 });
});

test("options nobody knows and of the wrong type are refused, each by name", () => {
  const wrong = { objects: "no", colour: 1 } as never;
  expect(() => memoryDriver(wrong)).toThrow(
    expect.objectContaining({
      code: "OPTIONS_INVALID",
      details: { driver: "memory", issues: ["colour: unknown option", "objects: must be a boolean"] },
    }),
  );
});
