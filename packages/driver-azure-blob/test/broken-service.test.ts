import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "@jest/globals";
import { bytes, fromBytes, put } from "@stowage/core";
import { startAzurite } from "@stowage/servers";
import { controlOf } from "../src/wire/control.js";
import { bytesOf, calm, driverOn, failureOf } from "./scene.js";

const server = await startAzurite();
const closers: (() => void)[] = [];
afterAll(async () => {
  for (const close of closers) close();
  await server.close();
});

/** A service, or something before it, that is not as it should be. */
async function listening(listener: RequestListener): Promise<string> {
  const broken = createServer(listener);
  broken.listen(0, "127.0.0.1");
  await once(broken, "listening");
  closers.push(() => {
    broken.close();
    broken.closeAllConnections();
  });
  return `http://127.0.0.1:${(broken.address() as AddressInfo).port}/devstoreaccount1`;
}

test("one that never answers is unavailable after a while, though nobody cancels", async () => {
  const endpoint = await listening(() => {});
  const account = { name: server.account, endpoint, proof: { kind: "key", key: server.accountKey } } as const;
  const control = controlOf(account, "c", 200);
  const call = { operation: "GetBlobProperties" };
  const asked = control.demand(call, calm, (abortSignal) => control.blob("x").getProperties({ abortSignal }));
  expect(await failureOf(asked)).toMatchObject({ code: "BACKEND_UNAVAILABLE", retry: "after-probe" });
});

test("one that loses ranges gives no bytes rather than others", async () => {
  const serviceUrl = await listening((request, response) => {
    const headers = Object.entries(request.headers).filter(([name]) => !/^(?:host|range|connection)$/.test(name));
    const kept = Object.fromEntries(headers.map(([name, value]) => [name, String(value)]));
    const pass = async (): Promise<void> => {
      const answer = await fetch(`${server.endpoint}${request.url}`, {
        method: request.method ?? "GET",
        headers: kept,
      });
      const body = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body);
    };
    pass().catch(() => response.destroy());
  });
  await put(driverOn(server), { key: "x", body: fromBytes(bytesOf(5000)) });
  const { objects } = driverOn({ ...server, serviceUrl });
  const part = await objects?.read?.("x", { start: 10, end: 20 }, calm);
  expect(await failureOf(bytes(part ?? fromBytes(bytesOf(0)), 5000))).toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  const whole = await objects?.read?.("x", null, calm);
  expect(await bytes(whole ?? fromBytes(bytesOf(0)), 5000)).toEqual(Buffer.from(bytesOf(5000)));
});
