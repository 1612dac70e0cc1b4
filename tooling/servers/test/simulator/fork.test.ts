import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { forkS3Simulator, signedFetch } from "@stowage/servers";
import type { ForkedS3Simulator } from "@stowage/servers";

let server: ForkedS3Simulator;
beforeAll(async () => {
  server = await forkS3Simulator({ bucket: "elsewhere", etag: "cheap" });
});
afterAll(() => server.close());

test("in a process of its own it counts, fails and shows what is left as in ours", async () => {
  expect(server.pid).not.toBe(process.pid);
  await server.setFaults([
    {
      operation: "PutObject",
      calls: [2],
      effect: { kind: "error", status: 503, code: "SlowDown", retryAfterSeconds: 7 },
    },
  ]);
  const put = () => signedFetch(server, { method: "PUT", path: "/elsewhere/a b", body: "content" });
  expect((await put()).status).toBe(200);
  const slowed = await put();
  expect([slowed.status, slowed.headers.get("retry-after")]).toEqual([503, "7"]);
  expect(await slowed.text()).toContain("<Code>SlowDown</Code>");
  expect(await server.calls()).toEqual({ PutObject: 2 });
  expect(await server.leftovers()).toEqual({ uploads: [], objects: [{ key: "a b", size: 7 }] });
});

test("a request that cannot be sent is told, and so is a start that fails", async () => {
  const other = await forkS3Simulator();
  await other.close();
  await expect(other.calls()).rejects.toThrow("closed");
  const port = Number(new URL(server.endpoint).port);
  await expect(forkS3Simulator({ port })).rejects.toThrow("EADDRINUSE");
});
