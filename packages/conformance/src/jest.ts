import { describe, test } from "@jest/globals";
import { driverKit } from "./driver/driver-kit.js";
import type { DriverSubject } from "./driver/driver-subject.js";
import { registerCases } from "./kit/register-cases.js";
import type { RunOptions } from "./kit/run-case.js";
import { storeKit } from "./store/store-kit.js";
import type { StoreSubject } from "./store/store-subject.js";

const { skip } = test;
const runner = {
  describe,
  test: (name: string, body: () => Promise<void>, limitMs: number) => test(name, body, limitMs),
  skip: (name: string) => skip(name, () => {}),
};

/**
 * The driver kit as jest tests. To be awaited at the top of a test file (native ESM): what the driver can do
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
