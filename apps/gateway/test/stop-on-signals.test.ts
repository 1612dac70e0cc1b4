import { expect, test } from "@jest/globals";
import { silentLogger } from "@stowage/core";
import { EventEmitter } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import type { Gateway } from "../src/start-gateway.js";
import { stopOnSignals } from "../src/stop-on-signals.js";
import type { StopOptions } from "../src/stop-on-signals.js";

/** A process that notes how it was ended. */
function fakeProcess(): { readonly host: StopOptions["host"] & EventEmitter; readonly exits: unknown[] } {
  const exits: unknown[] = [];
  const exit = (code: unknown): void => void exits.push(code);
  return { host: Object.assign(new EventEmitter(), { exit }) as never, exits };
}

const gateway = (close: () => Promise<void>): Gateway => ({ port: 1, url: "http://127.0.0.1:1", close });

test.each(["SIGTERM", "SIGINT", "SIGHUP"])(
  "%s before the gateway has started closes it when it has",
  async (signal) => {
    const { host, exits } = fakeProcess();
    let started = (_gateway: Gateway): void => {};
    stopOnSignals(new Promise((resolve) => (started = resolve)), { log: silentLogger, host });
    host.emit(signal);
    await turn();
    expect(exits).toEqual([]);
    let closed = 0;
    started(gateway(async () => void (closed += 1)));
    await turn();
    expect({ closed, exits }).toEqual({ closed: 1, exits: [0] });
  },
);

test("a close that fails is logged without its message, and ends with 1", async () => {
  const { host, exits } = fakeProcess();
  const lines: unknown[] = [];
  const log = { ...silentLogger, error: (...line: unknown[]) => void lines.push(line) };
  const error = Object.assign(new Error("token=hunter2"), { code: "EIO" });
  stopOnSignals(Promise.resolve(gateway(() => Promise.reject(error))), { log, host });
  host.emit("SIGTERM");
  await turn();
  expect(exits).toEqual([1]);
  expect(lines).toEqual([[{ error: "Error", code: "EIO" }, "the gateway did not close"]]);
});

test("a start that fails is not ended here", async () => {
  const { host, exits } = fakeProcess();
  stopOnSignals(Promise.reject(new Error("no port")), { log: silentLogger, host });
  host.emit("SIGTERM");
  await turn();
  expect(exits).toEqual([]);
});
