import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { CheckFinding } from "@stowage/core";
import { startAzurite, startFaultProxy } from "@stowage/servers";
import { azureBlob, type AzureBlobOptions } from "../src/index.js";
import { containerOf, leftoversIn } from "./azure-fixture.js";
import { calm, driverOn, failureOf, testRuntime } from "./scene.js";

const server = await startAzurite();
const proxy = await startFaultProxy(server.endpoint);
const origin = "https://app.example.com";
afterAll(async () => {
  await proxy.close();
  await server.close();
});

async function findings(
  options: Partial<AzureBlobOptions> = {},
  runtime = testRuntime(),
): Promise<readonly CheckFinding[]> {
  return (await driverOn(server, options, runtime).check?.(calm)) ?? [];
}

const wrongKey = Buffer.from("not-the-key-of-this-account").toString("base64");

describe("a check of", () => {
  test("a wrong key, no container, nobody there: each by its name", async () => {
    const cases: readonly (readonly [Partial<AzureBlobOptions>, string])[] = [
      [{ accountKey: wrongKey }, "credentials"],
      [{ container: "no-such-container" }, "container"],
      [{ endpoint: "http://127.0.0.1:1/devstoreaccount1" }, "endpoint"],
    ];
    for (const [options, subject] of cases) {
      const [first, ...others] = await findings(options);
      expect([first?.severity, first?.subject, others]).toEqual(["error", subject, []]);
      expect(first?.mend).toMatch(/\w/);
      expect(JSON.stringify(first)).not.toContain(wrongKey);
    }
  });

  test("a clock that is minutes off", async () => {
    const clocks = async (minutes: number): Promise<readonly CheckFinding[]> => {
      const clock = { now: () => Date.now() + minutes * 60_000, sleep: () => Promise.resolve() };
      return (await findings({}, testRuntime({ clock }))).filter(({ subject }) => subject === "clock");
    };
    expect(await clocks(1)).toEqual([]);
    for (const [minutes, word] of [
      [7, "ahead"],
      [-7, "behind"],
    ] as const)
      expect(await clocks(minutes)).toMatchObject([
        { severity: "warning", message: expect.stringContaining(word) as unknown },
      ]);
    // Signatures of then have run out by now.
    expect(await clocks(-120)).toMatchObject([{ severity: "error" }]);
  });

  test("credentials that may not upload", async () => {
    const effect = { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" } as const;
    proxy.setRules([{ method: "PUT", effect }]);
    const endpoint = server.serviceUrl.replace(server.endpoint, proxy.endpoint);
    expect((await findings({ endpoint }))[0]).toMatchObject({ severity: "error", subject: "upload" });
    proxy.setRules([]);
  });

  test("credentials that may not remove what they uploaded", async () => {
    const effect = { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" } as const;
    proxy.setRules([{ method: "DELETE", effect }]);
    const endpoint = server.serviceUrl.replace(server.endpoint, proxy.endpoint);
    const found = await findings({ endpoint, prefix: "kept/" });
    expect(found).toMatchObject([{ severity: "error", subject: "removal" }]);
    expect(found[0]?.mend).toContain("remove kept/.stowage-check/");
    proxy.setRules([]);
  });

  test("CORS says what to do, and is content when that was done", async () => {
    const cors = async (wanted: string): Promise<readonly CheckFinding[]> =>
      (await findings({ origins: [wanted] })).filter(({ subject }) => subject === "CORS");
    const [found] = await cors(origin);
    expect(found).toMatchObject({ severity: "warning", message: expect.stringContaining(origin) as unknown });
    expect(found?.mend).toContain("az storage cors add --services b --methods PUT");
    await server.allowOrigins([origin]);
    expect(await cors(origin)).toEqual([]);
    expect(await cors("https://other.example.com")).toHaveLength(1);
  });

  test("anything leaves nothing behind", async () => {
    await findings({ prefix: "checked/", origins: [origin] });
    const container = containerOf(server);
    const found: string[] = [];
    for await (const { name } of container.listBlobsFlat({ prefix: "checked/", includeUncommitedBlobs: true }))
      found.push(name);
    expect([found, await leftoversIn(container, "checked/")]).toEqual([[], []]);
  });
});

test("a ping is silent where all is well, and a typed error where it is not", async () => {
  await driverOn(server).ping?.(calm);
  const ping = (options: Partial<AzureBlobOptions>): Promise<unknown> =>
    failureOf(driverOn(server, options).ping?.(calm) ?? Promise.resolve());
  expect(await ping({ accountKey: wrongKey })).toMatchObject({ code: "BACKEND_DENIED" });
  expect(await ping({ container: "no-such-container" })).toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  expect(await ping({ endpoint: "http://127.0.0.1:1/x" })).toMatchObject({ code: "BACKEND_UNAVAILABLE" });
});

test("a credential's token goes with our own requests, and is asked for again when it runs out", async () => {
  const seen: (string | undefined)[] = [];
  const listener = createServer((request, response) => {
    seen.push(request.headers.authorization, request.headers["x-ms-version"] as string);
    response.writeHead(404, { "x-ms-error-code": "BlobNotFound" }).end();
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  let count = 0;
  let isGone = false;
  const credential = {
    getToken: async () => (isGone ? null : { token: `t${++count}`, expiresOnTimestamp: Date.now() + 180_000 }),
  };
  let now = Date.now();
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const driver = azureBlob(
    { container: "abc", endpoint: `http://127.0.0.1:${port}`, credential },
    testRuntime({ clock }),
  );
  await driver.ping?.(calm);
  await driver.ping?.(calm);
  now += 120_000;
  await driver.ping?.(calm);
  expect(seen).toEqual(["Bearer t1", "2025-01-05", "Bearer t1", "2025-01-05", "Bearer t2", "2025-01-05"]);
  // Who finds it run out at the same moment waits for one and the same.
  now += 120_000;
  await Promise.all([driver.ping?.(calm), driver.ping?.(calm), driver.ping?.(calm)]);
  expect(count).toBe(3);
  [now, isGone] = [now + 600_000, true];
  expect(await failureOf(driver.ping?.(calm) ?? Promise.resolve())).toMatchObject({ code: "BACKEND_DENIED" });
  listener.close();
  listener.closeAllConnections();
});
