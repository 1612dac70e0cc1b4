import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, jest, test } from "@jest/globals";
import { nodeRuntime } from "../src/node/node-runtime.js";

test("without undici, requests go by fetch", async () => {
  const load = jest.fn(() => {
    throw Object.assign(new Error("not installed"), { code: "ERR_MODULE_NOT_FOUND" });
  });
  jest.unstable_mockModule("undici", load);
  const server = createServer((_request, response) => response.end("by fetch")).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    const { http } = nodeRuntime();
    const { status } = await http({ method: "GET", url, headers: {} }, { signal: new AbortController().signal });
    expect(status).toBe(200);
    expect(load).toHaveBeenCalledTimes(1);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
