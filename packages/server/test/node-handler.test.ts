import { expect, test } from "@jest/globals";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { nodeHandler } from "../src/node/index.js";
import { testDoor } from "./test-door.js";

async function serving(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test("serves inside another server, under the path that Express took off", async () => {
  const handler = nodeHandler({ door: testDoor().door });
  const express: RequestListener = (request, response) => {
    const mounted = request as IncomingMessage & { originalUrl?: string };
    mounted.originalUrl = request.url ?? "";
    request.url = request.url?.slice("/e".length) ?? "";
    handler(request, response);
  };
  await serving(express, async (url) => {
    const answer = await fetch(`${url}/e/echo`, { method: "PUT", body: "through express" });
    expect(await answer.text()).toBe("through express");
  });
});

test("a body parser in front is told as a mistake, not taken for an empty body", async () => {
  const { door, lines } = testDoor();
  const handler = nodeHandler({ door });
  const parsed: RequestListener = (request, response) => {
    request.resume().on("end", () => setImmediate(() => handler(request, response)));
  };
  await serving(parsed, async (url) => {
    expect((await fetch(`${url}/e/echo`, { method: "PUT", body: "gone" })).status).toBe(500);
    expect(JSON.stringify(lines)).toContain("before any body parser");
  });
});

test("a public origin stands for the one of the request", async () => {
  const handler = nodeHandler({ door: testDoor().door, publicOrigin: "https://files.example" });
  await serving(handler, async (url) => {
    const answer = (await (await fetch(`${url}/e/peer?a=1`)).json()) as { url: string };
    expect(answer.url).toBe("https://files.example/e/peer?a=1");
  });
});
