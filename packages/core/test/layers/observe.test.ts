import { expect, test } from "@jest/globals";
import { fromBytes, put, type StorageDriver } from "../../src/index.js";
import { observe } from "../../src/layers/index.js";
import { memoryDriver } from "../../src/memory/index.js";

const options = { signal: new AbortController().signal };

function heard(): { readonly calls: string[]; readonly layer: ReturnType<typeof observe> } {
  const calls: string[] = [];
  const layer = observe(({ driver, operation }) => {
    return (error) => calls.push(`${driver} ${operation} ${error === undefined ? "well" : (error as Error).name}`);
  });
  return { calls, layer };
}

test("every call is told once, with how it ended", async () => {
  const { calls, layer } = heard();
  const driver = layer(memoryDriver({}));
  await put(driver, { key: "a", body: fromBytes(new Uint8Array(10)) });
  await driver.objects?.stat("a", options);
  await expect(driver.objects?.read?.("missing", null, options)).rejects.toThrow("no object is at the key");
  expect(calls.slice(0, 4)).toEqual([
    "memory begin well",
    "memory write well",
    "memory complete well",
    "memory stat well",
  ]);
  expect(calls[4]).toMatch(/^memory read UploadError/);
  expect(calls).toHaveLength(5);
});

test("what the driver does not have, its layer does not have", () => {
  const { layer } = heard();
  const bare = memoryDriver({ objects: false });
  const seen = layer(bare);
  expect(Object.keys(seen).sort()).toEqual(Object.keys(bare).sort());
  expect(seen.capabilities).toBe(bare.capabilities);
});

test("a driver with everything keeps everything, its own `this` too", async () => {
  const { calls, layer } = heard();
  const whole: StorageDriver & { readonly secret: string } = {
    ...memoryDriver({}),
    secret: "s",
    async check() {
      return [{ severity: "warning", subject: this.secret, message: "m", mend: "n" }];
    },
    async close() {
      expect(this.secret).toBe("s");
    },
    direct: {
      recipe: "parts",
      maxTtlMs: 1,
      grant: async () => ({ kind: "parts", requests: [], completion: { by: "server" } }),
      verifyCallback: async () => {},
    },
  };
  const seen = layer(whole);
  expect((await seen.check?.(options))?.[0]?.subject).toBe("s");
  await seen.close?.();
  const target = { sessionId: "s", key: "k", size: 1, plan: null, contentType: "", metadata: {}, expiresAt: 0 };
  await seen.direct?.grant(null, target, { chunks: { start: 0, end: 1 }, completeBy: "server" }, options);
  expect(calls).toEqual(["memory check well", "memory grant well"]);
});
