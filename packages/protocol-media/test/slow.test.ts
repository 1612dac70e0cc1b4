import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { fromStream } from "@stowage/core";
import { png } from "./samples.js";
import { alice, belongings, chunkRequest, openSite, sendChunk } from "./site.js";
import type { ChunkOptions, Reply, TestSite } from "./site.js";

const whole = png(280);
const budget = 2 * 1024 * 1024;
let site: TestSite;
let end: () => void;
let over: Promise<void>;
beforeEach(() => {
  site = openSite({ memory: budget });
  over = new Promise((resolve) => (end = resolve));
});
afterEach(() => site.close());

/** A chunk whose form begins, and goes on when the test says so. */
function sendSlowly(options: ChunkOptions): Promise<Reply> {
  const { body = Buffer.of(), ...request } = chunkRequest(whole, 0, 204_800, options);
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield body.subarray(0, 1000);
    await over;
    yield body.subarray(1000);
  }
  return site.send("POST", "/upload/chunk/", { ...request, source: fromStream(stream(), body.length) });
}

test("an owner whose forms do not end keeps nobody else waiting", async () => {
  const mallory = { owner: "mallory", groups: [] };
  const slow = Array.from({ length: 40 }, () => sendSlowly({ as: mallory }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(site.held()).toBeLessThanOrEqual(budget / 4);
  expect((await sendChunk(site, whole, 0, 204_800, { as: alice })).status).toBe(201);
  end();
  for (const { status } of await Promise.all(slow)) expect(status).toBe(201);
  expect(site.held()).toBe(0);
}, 10_000);

test("a form that trickles is cut in time", async () => {
  const { body = Buffer.of(), ...request } = chunkRequest(whole, 0, 204_800);
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < body.length; at += 1000) {
      yield body.subarray(at, at + 1000);
      site.pass(10_000);
    }
  }
  const reply = await site.send("POST", "/upload/chunk/", { ...request, source: fromStream(stream(), body.length) });
  expect(reply).toMatchObject({ status: 400, data: { error: { code: "INTERRUPTED", retryable: true } } });
  expect(await belongings(site)).toMatchObject({ open: [], reserved: 0 });
});
