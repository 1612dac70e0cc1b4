import { afterEach, describe, expect, test } from "@jest/globals";
import { memoryDriver } from "@stowage/core/memory";
import { cloudreveClient } from "./cloudreve-client.js";
import type { CloudreveClient } from "./cloudreve-client.js";
import { openHttpSite } from "./http-site.js";
import type { HttpSite } from "./http-site.js";
import { openMiniS3 } from "./mini-s3.js";
import type { MiniS3 } from "./mini-s3.js";
import { content } from "./site.js";

const MiB = 1024 * 1024;
let store: MiniS3;
let site: HttpSite;
let client: CloudreveClient;
afterEach(async () => {
  await site.close();
  await store.close();
});

async function start(): Promise<void> {
  store = await openMiniS3();
  const bucket = {
    id: "bucket",
    driver: store.driver,
    transfer: "direct",
    chunks: { size: MiB, parallel: 3 },
  } as const;
  site = await openHttpSite({}, [bucket, { id: "disk", driver: memoryDriver({}) }]);
  site.accounts.add("anna", "correct horse");
  client = cloudreveClient(site);
  await client.signIn("anna@files.test", "correct horse");
}

describe("a page of the site", () => {
  test.each([0, 1, MiB, 3 * MiB + 17])("uploads %d bytes straight into the bucket, and has them back", async (size) => {
    await start();
    const whole = content(size);
    await client.upload("cloudreve://my/one.mov", whole);
    expect((await client.download("cloudreve://my/one.mov")).equals(whole)).toBe(true);
    expect(store.calls).not.toContain("write");
    expect(store.objects.size).toBe(1);
    expect(store.uploads.size).toBe(0);
  });

  test("hears of failures in HTTP's status where nobody is signed in", async () => {
    await start();
    const session = await client.call("PUT", "/file/upload", { uri: "cloudreve://my/a", size: 10 });
    const path = `/callback/s3/${session.session_id}`;
    const wrong = await site.send("GET", `${path}/${"0".repeat(32)}`);
    expect([wrong.status, wrong.all.code]).toEqual([401, 40020]);
    const early = await site.send("GET", `${path}/${session.callback_secret}`);
    expect([early.status, early.all.code]).toEqual([400, 40055]);
    const posted = await site.send("POST", `${path}/${session.callback_secret}`);
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET"]);
  });
});
