import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { makePatience } from "../src/retry/patience.js";

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

function pass(ms: number): void {
  jest.setSystemTime(Date.now() + ms);
}

test("patience is spent from the first failure on, and comes back with a success", () => {
  const patience = makePatience();
  pass(600_000);
  expect(patience.spend()).toBe(0);
  pass(2000);
  expect(patience.spend()).toBe(2000);
  pass(0);
  expect(patience.spend()).toBe(2000);
  patience.reset();
  pass(50_000);
  expect(patience.spend()).toBe(0);
});

test("a machine that slept, and a clock that was set, cost little of it", () => {
  const patience = makePatience();
  patience.spend();
  pass(8 * 3_600_000);
  expect(patience.spend()).toBe(60_000);
  pass(-3_600_000);
  expect(patience.spend()).toBe(60_000);
  pass(1000);
  expect(patience.spend()).toBe(61_000);
});
