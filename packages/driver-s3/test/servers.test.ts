import { afterAll, describe, expect, test } from "@jest/globals";
import { type DriverSubject } from "@stowage/conformance";
import { describeDriver } from "@stowage/conformance/jest";
import { cephVersion, type S3Server, startCeph, startSwift, swiftVersion } from "@stowage/servers";
import type { S3Options } from "../src/index.js";
import { calm, driverOn } from "./scene.js";
import { storeFixture } from "./store-fixture.js";

/** A real server; the cases that it cannot pass, each with what it does otherwise. */
interface RealServer {
  readonly name: string;
  readonly version: string | null;
  readonly options: Partial<S3Options>;
  readonly start: () => Promise<S3Server>;
  readonly skip: NonNullable<DriverSubject["skip"]>;
}

const lateReason = "Swift takes parts of an upload that it has completed, and its object goes on being a list of them";
const lateParts = {
  "complete/late-write": lateReason,
  "fence/late-after-complete": lateReason,
  "grant/after-complete": lateReason,
};
const servers: readonly RealServer[] = [
  { name: "swift", version: swiftVersion(), options: { preset: "generic" }, start: startSwift, skip: lateParts },
  { name: "ceph", version: cephVersion(), options: { preset: "ceph" }, start: startCeph, skip: {} },
];
const isExtended = process.env["STOWAGE_EXTENDED"] === "1";

for (const { name, version, options, start, skip } of servers) {
  if (!isExtended) {
    describe(`s3 on ${name}`, () => {
      test.todo("was not asked for: it runs with STOWAGE_EXTENDED=1");
    });
    continue;
  }
  if (version === null) {
    test(`${name} is installed`, () => expect(version).not.toBeNull());
    continue;
  }
  const server = await start();
  afterAll(() => server.close());
  await describeDriver(
    { name: `s3 on ${server.name}`, setup: (runtime) => storeFixture(server, runtime, options), skip },
    { patienceMs: 60_000 },
  );

  if (name !== "ceph") continue;
  test("the check finds out that ceph completes over objects, whatever preset aws says", async () => {
    const driver = driverOn(server, { preset: "aws", part: {} });
    const found = (await driver.check?.(calm)) ?? [];
    await driver.close?.();
    expect(found.filter(({ subject }) => subject === "preset")).toMatchObject([{ severity: "warning" }]);
  });
}
