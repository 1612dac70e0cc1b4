import { expect, test } from "@jest/globals";
import { fetchHandler } from "../src/fetch/index.js";
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
