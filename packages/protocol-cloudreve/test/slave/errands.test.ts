import { expect, test } from "@jest/globals";
import { completeRuntime, silentLogger } from "@stowage/core";
import type { Clock, SessionView } from "@stowage/core";
import { makeErrands } from "../../src/slave/callbacks/errands.js";
import type { TellingUploads } from "../../src/slave/callbacks/deliver-callback.js";
import { slaveProtocol } from "../../src/slave/upload/slave-facts.js";
import { signer } from "./slave-site.js";

const url = "http://master.example/api/v4/callback/remote/1/secret";
const wire = { sessionId: "1", chunkSize: 0, waits: false, callback: { url, state: "pending" } };
const uploads: TellingUploads = {
  session: async () => ({ id: "1", state: "completed", protocol: slaveProtocol, wire }) as unknown as SessionView,
  setWire: async () => {
    throw new Error("nothing was delivered");
  },
};

/** Passes `naps` pauses at once, and the next ones when a signal aborts. */
function napping(naps: number): { readonly clock: Clock; readonly pauses: number[] } {
  const pauses: number[] = [];
  const sleep: Clock["sleep"] = (ms, signal) => {
    if (pauses.push(ms) <= naps) return Promise.resolve();
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  };
  return { clock: { now: () => 0, sleep }, pauses };
}

test("pauses grow while nobody is there, and are short again after a master that pinged before it listened", async () => {
  const naps = 8;
  const { clock, pauses } = napping(naps);
  // The time limit of each attempt sleeps on a clock of its own.
  const { clock: patience } = napping(0);
  let sent = 0;
  const http = async (): Promise<never> => {
    sent += 1;
    throw new Error("connection refused");
  };
  const closing = new AbortController();
  const isAttempt = (ms: number): boolean => ms === 777;
  const both: Clock = { now: () => 0, sleep: (ms, signal) => (isAttempt(ms) ? patience : clock).sleep(ms, signal) };
  const context = { ...completeRuntime({ clock: both, http, log: silentLogger }), signer, timeoutMs: 777 };
  const errands = makeErrands(context, closing.signal);
  expect(await errands.send(uploads, "1")).toBe("unreached");
  const asleep = async (count: number): Promise<void> => {
    const deadline = Date.now() + 10_000;
    while (pauses.length < count && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await asleep(naps + 1);
  expect(sent).toBe(1 + naps);
  expect(pauses).toHaveLength(naps + 1);
  expect(pauses.at(-1)).toBeGreaterThan(60_000);
  errands.wake();
  await asleep(naps + 2);
  expect(sent).toBe(2 + naps);
  expect(pauses.at(-1)).toBeLessThanOrEqual(1000);
  closing.abort();
  await errands.stopped();
});
