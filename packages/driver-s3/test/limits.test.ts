import { afterAll, expect, test } from "@jest/globals";
import { fromBytes, put } from "@stowage/core";
import { startS3Simulator } from "@stowage/servers";
import { s3, type PresetName } from "../src/index.js";
import { bytesOf, driverOn, failureOf, testRuntime } from "./scene.js";
import { clientOf, optionsFor, readObject } from "./store-fixture.js";

const mebibyte = 1024 * 1024;
const simulator = await startS3Simulator();
const client = clientOf(simulator);
afterAll(async () => {
  client.destroy();
  await simulator.close();
});

test("the least part that is declared is the least that S3 takes", async () => {
  const driver = s3(optionsFor(simulator, { preset: "aws" }), testRuntime());
  expect(driver.capabilities.part).toEqual({ minSize: 5 * mebibyte, maxSize: 5 * 1024 * mebibyte, maxCount: 10_000 });
  const content = bytesOf(11 * mebibyte);
  await put(driver, { key: "eleven", body: fromBytes(content) });
  expect(Buffer.from((await readObject(client, simulator.bucket, "eleven")) ?? []).equals(content)).toBe(true);
  await driver.close?.();

  const small = driverOn(simulator);
  const error = await failureOf(put(small, { key: "small", body: fromBytes(content.subarray(0, 9000)) }));
  expect(error).toMatchObject({ code: "BACKEND_REJECTED", details: { vendorCode: "EntityTooSmall" } });
  expect((await simulator.leftovers()).uploads).toEqual([]);
  await small.close?.();
}, 60_000);

test("presets differ where the stores do", async () => {
  const capabilities = (preset: PresetName): ReturnType<typeof s3>["capabilities"] =>
    s3({ bucket: "any", preset, endpoint: "http://127.0.0.1:1" }, testRuntime()).capabilities;
  expect(capabilities("r2").part.uniform).toBe(true);
  expect(capabilities("minio").part.uniform).toBeUndefined();
  expect(capabilities("aws").maxObjectSize).toBe(10_000 * 5 * 1024 * mebibyte);
  expect(capabilities("ceph").maxObjectSize).toBe(5 * mebibyte ** 2);
});

test.each([
  ["no bucket", {}],
  ["a bucket's name with a slash", { bucket: "a/b" }],
  ["an endpoint without a scheme", { bucket: "abc", endpoint: "localhost:9000" }],
  ["a preset that is none", { bucket: "abc", preset: "oracle" }],
  ["half a pair of keys", { bucket: "abc", credentials: { accessKeyId: "a" } }],
  ["a prefix that climbs", { bucket: "abc", prefix: "../" }],
  ["an option that is none", { bucket: "abc", forcePathStyle: true }],
])("options with %s are refused", (_, options) => {
  expect(() => s3(options as never)).toThrow("options of driver s3");
});

test("without an endpoint the bucket is Amazon's, in its own host, unless its name has dots", async () => {
  const keys = { accessKeyId: "a", secretAccessKey: "b" };
  const urlOf = async (bucket: string, region: string): Promise<string> => {
    const driver = s3({ bucket, region, credentials: keys }, testRuntime());
    const url = new URL((await driver.objects?.signRead?.("k", 1000, { signal: new AbortController().signal })) ?? "");
    return url.origin + url.pathname;
  };
  expect(await urlOf("films", "eu-central-1")).toBe("https://films.s3.eu-central-1.amazonaws.com/k");
  expect(await urlOf("my.films", "cn-north-1")).toBe("https://s3.cn-north-1.amazonaws.com.cn/my.films/k");
});
