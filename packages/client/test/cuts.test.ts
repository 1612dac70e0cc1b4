import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { local } from "@stowage/driver-local";
import { upload } from "../src/index.js";
import { cuttingProxy } from "./cutting-proxy.js";
import type { Cut } from "./cutting-proxy.js";
import { content, fileOf, openSite } from "./site.js";
import type { TestSite } from "./site.js";

let site: TestSite;
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-cuts-"));
  site = await openSite({ policy: { driver: local({ root: folder }), chunks: { size: 65_536, parallel: 4 } } });
});
afterEach(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test("lines that break at random bytes, in both directions, leave the file as it was", async () => {
  let cuts = 0;
  let name = 0;
  // About every second connection, so that there is always a way through.
  const limit = fc.option(fc.integer({ min: 0, max: 200_000 }), { freq: 2, nil: null });
  const reply = fc.option(fc.integer({ min: 0, max: 1200 }), { freq: 2, nil: null });
  const plan = fc.array(fc.record({ up: limit, down: reply }), { minLength: 10, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(plan, fc.integer({ min: 0, max: 700_000 }), async (given, size) => {
      const queue: Cut[] = [...given];
      const proxy = await cuttingProxy(site.port, () => queue.shift() ?? { up: null, down: null });
      name += 1;
      const whole = content(size, name);
      const to = `http://127.0.0.1:${proxy.port}/uploads`;
      const { done } = upload(fileOf(whole, `f${name}`), { to, token: "t", backoffMs: 2, resume: null });
      const uploaded = await done;
      expect(uploaded.isVerified).toBe(true);
      expect(sha256((await site.read(`/f${name}`)) ?? Buffer.alloc(0))).toBe(sha256(whole));
      cuts += proxy.cuts;
      await proxy.close();
    }),
    { numRuns: 40 },
  );
  // A hundred on average; what chance leaves is enough to have cut everywhere.
  expect(cuts).toBeGreaterThan(40);
  expect((await site.states()).every((state) => state === "completed")).toBe(true);
}, 120_000);
