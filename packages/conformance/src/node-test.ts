import { describe, test } from "node:test";
import { driverKit } from "./driver/driver-kit.js";
import type { DriverSubject } from "./driver/driver-subject.js";
import { registerCases } from "./kit/register-cases.js";
import type { RunOptions } from "./kit/run-case.js";
import { storeKit } from "./store/store-kit.js";
import type { StoreSubject } from "./store/store-subject.js";

const runner = {
  describe: (name: string, body: () => void) => void describe(name, body),
  test: (name: string, body: () => Promise<void>, timeout: number) => void test(name, { timeout }, body),
  skip: (name: string) => void test(name, { skip: true }),
};

/**
 * The driver kit as tests of `node --test`. To be awaited at the top of a test file: what the driver can do
 * decides which cases there are.
 *
 * @throws {TypeError} for a `skip` that names no case or gives no reason
 * @example
 * await describeDriver({ name: "mine", setup: (runtime) => myFixture(runtime) });
 */
export function describeDriver(subject: DriverSubject, options: RunOptions = {}): Promise<void> {
  return registerCases(runner, driverKit, subject, options);
}

/** The store kit, to be awaited in the same way. Sessions and catalog are tested together, as one transaction moves both. */
export function describeStore(subject: StoreSubject, options: RunOptions = {}): Promise<void> {
  return registerCases(runner, storeKit, subject, options);
}
