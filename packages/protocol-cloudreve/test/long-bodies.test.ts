import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openSite } from "./site.js";
import type { Reply, TestSite } from "./site.js";

let site: TestSite;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());

/** The reply, and how long the loop stood still for it. */
async function timed(send: () => Promise<Reply>): Promise<{ readonly reply: Reply; readonly ms: number }> {
  const began = performance.now();
  const reply = await send();
  return { reply, ms: performance.now() - began };
}

const million = (item: unknown): string => JSON.stringify(Array.from({ length: 1_000_000 }, () => item));
const send = (method: string, path: string, text: string): Promise<Reply> =>
  site.send(method, path, { body: Buffer.from(text) });

describe("long bodies", () => {
  test.each([
    ["POST", "/file/url", "uris"],
    ["DELETE", "/file", "uris"],
    ["DELETE", "/file/lock", "tokens"],
  ])("%s %s: a million wrong items are counted, not looked at", async (method, path, list) => {
    const { reply, ms } = await timed(() => send(method, path, `{"${list}":${million("")}}`));
    expect(reply.code).toBe(40074);
    expect(ms).toBeLessThan(1000);
  });

  test.each([
    ["PUT", "/file/upload"],
    ["DELETE", "/file/upload"],
    ["POST", "/file/create"],
    ["POST", "/file/rename"],
  ])("%s %s takes 256 KiB", async (method, path) => {
    const fields = { uri: "cloudreve://my/a", id: "none", type: "folder", new_name: "b" };
    const padded = (length: number): string => JSON.stringify(fields).padEnd(length);
    expect((await send(method, path, padded(256 * 1024))).code).not.toBe(40001);
    expect(await send(method, path, padded(256 * 1024 + 1))).toMatchObject({
      code: 40001,
      msg: "bad parameters: body: over 262144 bytes",
    });
  });

  test("no entry of an object or a list that is too long is looked at", async () => {
    const uri = "cloudreve://my/a";
    const keys = Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`wrong${index}`, 1]));
    const items = Array.from({ length: 257 }, () => 1);
    for (const [field, value] of [
      ["metadata", keys],
      ["encryption_supported", items],
    ] as const) {
      const { msg, code } = await send("PUT", "/file/upload", JSON.stringify({ uri, size: 1, [field]: value }));
      expect({ code, msg }).toEqual({ code: 40001, msg: `bad parameters: ${field}: at most 256 entries` });
    }
    const many = await send("PUT", "/file/upload", JSON.stringify({ uri, size: 1, ...keys }));
    expect(many).toMatchObject({ code: 40001, msg: "bad parameters: body: at most 256 fields" });
  });

  test("of many issues eight are told", async () => {
    const keys = Object.fromEntries(Array.from({ length: 256 }, (_, index) => [`wrong${index}`, "x"]));
    const { msg } = await send("PUT", "/file/upload", JSON.stringify({ uri: "cloudreve://my/a", metadata: keys }));
    expect(msg.split("; ")).toHaveLength(8);
  });
});
