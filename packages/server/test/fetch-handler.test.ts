import { expect, test } from "@jest/globals";
import { getEventListeners, getMaxListeners } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Protocol } from "@stowage/core/http";
import { fetchHandler } from "../src/fetch/index.js";
import type { FrontDoor, RequestWatch, SentReport } from "../src/index.js";
import { nodeHandler } from "../src/node/index.js";
import { testDoor } from "./test-door.js";

/** A request whose body is asked for piece by piece. */
function streaming(path: string, pieces: number): { readonly request: Request; readonly state: State } {
  const state: State = { pulled: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        state.pulled += 1;
        controller.enqueue(new Uint8Array(1000));
        if (state.pulled === pieces) controller.close();
      },
      cancel: () => {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const init = { method: "PUT", body, duplex: "half" };
  return { request: new Request(`http://h${path}`, init as RequestInit), state };
}

interface State {
  pulled: number;
  cancelled: boolean;
}

test.each([
  ["shorter", [5], 10],
  ["longer", [5, 6], 10],
  ["longer from the first piece on", [20], 10],
  ["nothing of what it said", [], 10],
])("an answer whose source is %s never looks whole", async (_what, pieces, size) => {
  const reports: SentReport[] = [];
  const stream = async function* () {
    for (const length of pieces) yield new Uint8Array(length);
  };
  const protocol: Protocol = {
    name: "short",
    handle: async () => ({ status: 200, body: { size, oneShot: true, stream } }),
  };
  const watch = (): RequestWatch => ({ end: (report) => void reports.push(report) });
  const { door } = testDoor({ mounts: [{ prefix: "/s", protocol }], watch });
  const answer = await fetchHandler({ door })(new Request("http://h/s"));
  const read = answer.arrayBuffer();
  if (answer.status === 500) await read;
  else await expect(read).rejects.toThrow(/the body has/);
  expect(reports).toHaveLength(1);
  expect(reports[0]?.whole === true && reports[0].status === 200).toBe(false);
});

test.each([
  ["fetchHandler", (door: FrontDoor) => fetchHandler({ door })],
  ["fetchHandler with a signal", (door: FrontDoor) => fetchHandler({ door, signal: new AbortController().signal })],
  ["nodeHandler", overNode],
])("%s: requests that listen to the end are no leak to Node", async (_name, handlerOf) => {
  const signals: AbortSignal[] = [];
  const protocol: Protocol = {
    name: "listening",
    handle: async (_exchange, _access, { signal }) => {
      signal.addEventListener("abort", () => {});
      signals.push(signal);
      return { status: 204 };
    },
  };
  const { door } = testDoor({ mounts: [{ prefix: "/h", protocol }] });
  const handle = handlerOf(door);
  for (let count = 0; count < 15; count += 1) expect((await handle(new Request("http://h/h"))).status).toBe(204);
  expect(signals).toHaveLength(15);
  for (const signal of signals)
    expect(getEventListeners(signal, "abort").length).toBeLessThanOrEqual(mostListeners(signal));
});

/** Node 20 cannot tell of a signal that it has no limit. */
function mostListeners(signal: AbortSignal): number {
  try {
    return getMaxListeners(signal) || Infinity;
  } catch {
    return Infinity;
  }
}

/** The same by way of `node:http`. */
function overNode(door: FrontDoor): (request: Request) => Promise<Response> {
  const listener = nodeHandler({ door });
  return async (request) => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      return await fetch(`http://127.0.0.1:${port}${new URL(request.url).pathname}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };
}

test("a body that nobody reads is left to the platform", async () => {
  const { request, state } = streaming("/e/refuse", 5);
  expect((await fetchHandler({ door: testDoor().door })(request)).status).toBe(409);
  expect([request.bodyUsed, request.body?.locked, state.pulled]).toEqual([false, false, 0]);
});

test("a body that is let go amid is read to its end, as cancelling would cut the connection", async () => {
  const { request, state } = streaming("/e/first", 50);
  const answer = await fetchHandler({ door: testDoor().door })(request);
  expect([answer.status, await answer.text()]).toEqual([400, "1000"]);
  for (let turns = 0; state.pulled < 50 && turns < 1000; turns += 1)
    await new Promise((resolve) => setImmediate(resolve));
  expect(state).toEqual({ pulled: 50, cancelled: false });
});

test("what never ends is given up after 64 MiB", async () => {
  const { request, state } = streaming("/e/first", Infinity);
  await fetchHandler({ door: testDoor().door })(request);
  for (let turns = 0; !state.cancelled && turns < 100_000; turns += 1)
    await new Promise((resolve) => setImmediate(resolve));
  expect(state.cancelled).toBe(true);
  expect(state.pulled).toBeGreaterThan(67_000);
}, 30_000);

test("the peer is what the platform tells", async () => {
  const handler = fetchHandler<{ readonly address: string }>({
    door: testDoor().door,
    peer: (_request, { address }) => address,
  });
  const answer = await handler(new Request("http://h/e/peer"), { address: "10.0.0.9" });
  expect(await answer.json()).toMatchObject({ peer: "10.0.0.9" });
});

test.each([
  ["a public origin", "https://files.example"],
  ["one for each request", ({ headers }: Request) => `https://${headers.get("x-host") ?? ""}`],
])("%s stands for the one of the request", async (_name, publicOrigin) => {
  const handler = fetchHandler({ door: testDoor().door, publicOrigin });
  const answer = await handler(new Request("http://h/e/peer?a=1", { headers: { "x-host": "files.example" } }));
  expect(await answer.json()).toMatchObject({ url: "https://files.example/e/peer?a=1" });
});
