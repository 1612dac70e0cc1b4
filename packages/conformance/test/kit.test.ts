import { expect, test } from "@jest/globals";
import type { Runtime } from "@stowage/core";
import { driverKit } from "../src/driver/driver-kit.js";
import { expectBytes, expectSame } from "../src/kit/expect.js";
import { registerCases, type TestRunner } from "../src/kit/register-cases.js";
import { runCase } from "../src/kit/run-case.js";
import { storeKit } from "../src/store/store-kit.js";
import { blockFixture } from "./block-driver.js";
import { grantingFixture } from "./granting-driver.js";
import { memoryFixture, narrow } from "./memory-fixtures.js";

interface Registered extends TestRunner {
  readonly tests: Map<string, () => Promise<void>>;
  readonly skipped: string[];
}

function recorder(): Registered {
  const [tests, skipped] = [new Map<string, () => Promise<void>>(), [] as string[]];
  return {
    tests,
    skipped,
    describe: (_, body) => body(),
    test: (name, body) => void tests.set(name, body),
    skip: (name) => void skipped.push(name),
  };
}

const memory = { name: "memory", setup: (runtime: Runtime) => memoryFixture(runtime) };

test("ids are unique and speak of their family", () => {
  for (const { cases } of [driverKit, storeKit]) {
    const ids = cases.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+\/[a-z0-9-]+$/.test(id))).toEqual([]);
  }
});

test("each case is a test or is reported as not run, with its reason", async () => {
  const runner = recorder();
  await registerCases(runner, driverKit, { name: "blocks", setup: blockFixture });
  expect(runner.tests.size + runner.skipped.length).toBe(driverKit.cases.length);
  expect(runner.skipped.every((name) => /\(not run: .+\)$/.test(name))).toBe(true);
  expect(runner.skipped.some((name) => name.startsWith("fence/late-bytes"))).toBe(true);
});

test("every case runs for one of the proper drivers", async () => {
  const run = new Set<string>();
  const setups = [
    memoryFixture,
    blockFixture,
    (runtime: Runtime) => memoryFixture(runtime, narrow),
    (runtime: Runtime) => memoryFixture(runtime, { writeOnce: true }),
    grantingFixture,
  ];
  for (const setup of setups)
    for (const each of driverKit.cases) {
      const outcome = await runCase(driverKit, each, { name: "proper", setup: (runtime) => setup(runtime) });
      if (outcome.kind === "passed") run.add(each.id);
    }
  expect(driverKit.cases.map(({ id }) => id).filter((id) => !run.has(id))).toEqual([]);
});

test("a skip needs a case and a reason", async () => {
  const register = (skip: Record<string, string>): Promise<void> =>
    registerCases(recorder(), driverKit, { ...memory, skip });
  await expect(register({ "write/no-such-case": "why" })).rejects.toThrow("there is no case write/no-such-case");
  await expect(register({ "write/in-order": " " })).rejects.toThrow("write/in-order needs a reason");
  const runner = recorder();
  await registerCases(runner, driverKit, { ...memory, skip: { "write/in-order": "it is Sunday" } });
  expect(runner.skipped.filter((name) => name.endsWith("(not run: it is Sunday)"))).toHaveLength(1);
});

test("a case that hangs fails by name, and its fixture is closed", async () => {
  const closed: string[] = [];
  const subject = {
    name: "silent",
    setup: (runtime: Runtime) => {
      const fixture = memoryFixture(runtime);
      const driver = { ...fixture.driver, begin: () => new Promise<never>(() => {}) };
      return { ...fixture, driver, close: async () => void closed.push("closed") };
    },
  };
  const inOrder = driverKit.cases.find(({ id }) => id === "write/in-order");
  if (inOrder === undefined) throw new Error("no such case");
  await expect(runCase(driverKit, inOrder, subject, { patienceMs: 20 })).rejects.toThrow(
    "write/in-order: chunks in order make the object, and each receipt names its extent: not within 20 ms: begin ends",
  );
  expect(closed).toEqual(["closed"]);
});

test("comparison goes by content", () => {
  expect(() => expectSame({ a: 1, b: [undefined] }, { b: [null], a: 1 }, "same")).not.toThrow();
  expect(() => expectSame({ a: 1 }, { a: 2 }, "number")).toThrow('number: got {"a":1}, expected {"a":2}');
  expect(() => expectBytes(new Uint8Array([1, 2]), new Uint8Array([1, 3]), "bytes")).toThrow("bytes: byte 1 differs");
  expect(() => expectBytes(null, new Uint8Array(1), "bytes")).toThrow("bytes: nothing is there");
});
