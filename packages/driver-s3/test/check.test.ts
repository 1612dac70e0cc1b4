import { GetBucketCorsCommand, PutBucketCorsCommand, PutBucketLifecycleConfigurationCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { CheckFinding } from "@stowage/core";
import { startS3Simulator } from "@stowage/servers";
import type { S3Options } from "../src/index.js";
import { calm, driverOn, partSize, testRuntime } from "./scene.js";
import { clientOf } from "./store-fixture.js";

const simulator = await startS3Simulator({ minPartSize: partSize });
const client = clientOf(simulator);
const origin = "https://app.example.com";
afterAll(async () => {
  client.destroy();
  await simulator.close();
});
beforeEach(async () => {
  await simulator.setFaults([]);
});

async function findings(options: Partial<S3Options> = {}, runtime = testRuntime()): Promise<readonly CheckFinding[]> {
  const driver = driverOn(simulator, options, runtime);
  const found = (await driver.check?.(calm)) ?? [];
  await driver.close?.();
  return found;
}

/** The JSON that a mend tells to paste. */
function pasted(mend: string): unknown {
  return JSON.parse(/'(\{.*\})'/.exec(mend)?.[1] ?? "");
}

describe("a check of", () => {
  test("wrong keys, a wrong secret, no bucket, the wrong region, nobody there: each by its name", async () => {
    const { accessKeyId, secretAccessKey } = simulator;
    const cases: readonly (readonly [Partial<S3Options>, string])[] = [
      [{ credentials: { accessKeyId: "AKIANOBODY", secretAccessKey } }, "credentials"],
      [{ credentials: { accessKeyId, secretAccessKey: "not-the-secret" } }, "credentials"],
      [{ bucket: "no-such-bucket" }, "bucket"],
      [{ region: "eu-nowhere-1" }, "region"],
      [{ endpoint: "http://127.0.0.1:1" }, "endpoint"],
    ];
    for (const [options, subject] of cases) {
      const [first, ...others] = await findings(options);
      expect([first?.severity, first?.subject, others]).toEqual(["error", subject, []]);
      expect(first?.mend).toMatch(/\w/);
      expect(JSON.stringify(first)).not.toContain("not-the-secret");
    }
  });

  test("a clock that is minutes off, and one that the store refuses", async () => {
    const off = (minutes: number): ReturnType<typeof testRuntime> =>
      testRuntime({ clock: { now: () => Date.now() + minutes * 60_000, sleep: () => Promise.resolve() } });
    const clocks = async (minutes: number): Promise<readonly CheckFinding[]> =>
      (await findings({}, off(minutes))).filter(({ subject }) => subject === "clock");
    expect(await clocks(1)).toEqual([]);
    expect(await clocks(7)).toMatchObject([
      { severity: "warning", message: expect.stringContaining("ahead") as unknown },
    ]);
    expect(await clocks(-7)).toMatchObject([
      { severity: "warning", message: expect.stringContaining("behind") as unknown },
    ]);
    expect(await clocks(20)).toMatchObject([{ severity: "error" }]);
  });

  test("keys that may not upload", async () => {
    const effect = { kind: "error", status: 403, code: "AccessDenied" } as const;
    await simulator.setFaults([{ operation: "UploadPart", effect }]);
    expect((await findings())[0]).toMatchObject({ severity: "error", subject: "upload" });
  });

  test("CORS says what to paste, and is content when that was done", async () => {
    const found = (await findings({ origins: [origin] })).find(({ subject }) => subject === "CORS");
    expect(found).toMatchObject({ severity: "warning", message: expect.stringContaining(origin) as unknown });
    const CORSConfiguration = pasted(found?.mend ?? "") as { CORSRules: [{ ExposeHeaders: string[] }] };
    const [rule] = CORSConfiguration.CORSRules;
    const silent = { CORSRules: [{ ...rule, ExposeHeaders: [] }] };
    const put = (configuration: unknown): Promise<unknown> =>
      client.send(new PutBucketCorsCommand({ Bucket: simulator.bucket, CORSConfiguration: configuration as never }));
    await put(silent);
    const hidden = (await findings({ origins: [origin] })).find(({ subject }) => subject === "CORS");
    expect(hidden?.message).toContain("ETag is not exposed");
    await put(CORSConfiguration);
    expect((await findings({ origins: [origin] })).filter(({ subject }) => subject === "CORS")).toEqual([]);
    expect((await findings({ origins: ["https://other.example.com"] })).map(({ subject }) => subject)).toContain(
      "CORS",
    );
    const { CORSRules } = await client.send(new GetBucketCorsCommand({ Bucket: simulator.bucket }));
    expect(CORSRules).toHaveLength(1);
  });

  test("a bucket without a lifecycle rule says what to paste, and is content when that was done", async () => {
    const found = (await findings({ prefix: "up/" })).find(({ subject }) => subject === "lifecycle");
    expect(found?.severity).toBe("warning");
    const LifecycleConfiguration = pasted(found?.mend ?? "") as never;
    const put = { Bucket: simulator.bucket, LifecycleConfiguration };
    await client.send(new PutBucketLifecycleConfigurationCommand(put));
    expect((await findings({ prefix: "up/" })).filter(({ subject }) => subject === "lifecycle")).toEqual([]);
    expect((await findings({ prefix: "elsewhere/" })).map(({ subject }) => subject)).toContain("lifecycle");
  });

  test("anything leaves nothing behind", async () => {
    await findings({ origins: [origin] });
    const { objects, uploads } = await simulator.leftovers();
    expect([objects, uploads]).toEqual([[], []]);
  });
});
