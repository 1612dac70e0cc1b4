import { setTimeout as breathe } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { ByteSource } from "@stowage/core";
import { holdBody } from "../src/write/hold-body.js";

test("an abort between two pieces leaves no rejection that nobody hears", async () => {
  const ended = new AbortController();
  const unheard: unknown[] = [];
  const hear = (error: unknown): void => void unheard.push(error);
  process.on("unhandledRejection", hear);
  let calls = 0;
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    calls += 1;
    if (calls > 1) throw new Error("cut");
    // In the same turn as the piece.
    queueMicrotask(() => queueMicrotask(() => ended.abort(new Error("superseded"))));
    return { done: false, value: new Uint8Array(1) };
  };
  const body: ByteSource = { size: 2, oneShot: true, stream: () => ({ [Symbol.asyncIterator]: () => ({ next }) }) };
  await expect(holdBody(body, new Uint8Array(2), { signal: ended.signal })).rejects.toThrow("superseded");
  await breathe(20);
  process.off("unhandledRejection", hear);
  expect([calls, unheard.map(String)]).toEqual([2, []]);
});
