import { expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { onNetwork } from "../src/remote/on-network.js";
import { carriersOf, contentSha256, expectStored } from "../src/remote/stored-once.js";
import { until } from "../src/remote/until.js";
import { browserPage, chromium } from "../src/s3/browser-page.js";
import { mib, sizeOf } from "../src/size.js";

const blocks = sizeOf({ normal: 8, extended: 64 });
const size = blocks * mib;
const hasChromium = existsSync(chromium);

/** As Cloudreve's web client uploads to a policy of type `remote`: XMLHttpRequest, chunk by chunk, and no word at the end. */
const webClient = (master: string): string => `
  const blob = new Blob(Array.from({ length: ${blocks} }, (_, at) => new Uint8Array(${mib}).fill(at % 251)));
  const opened = await fetch("${master}/api/v4/file/upload", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ uri: "cloudreve://my/direct/recipe.bin", size: blob.size }),
  });
  const { data } = await opened.json();
  const send = (index) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", data.upload_urls[0] + "?chunk=" + index);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("authorization", data.credential);
    request.upload.onprogress = () => {};
    request.onload = () => resolve(JSON.parse(request.responseText).code);
    request.onerror = () => reject(new Error("the browser refused chunk " + index));
    request.send(blob.slice(index * data.chunk_size, (index + 1) * data.chunk_size));
  });
  const codes = [];
  for (let index = 0; index * data.chunk_size < blob.size; index++) codes.push(await send(index));
  return { codes, origin: new URL(data.upload_urls[0]).origin };`;

/** Our own client. */
const ownClient = (master: string): string => `
  const parts = Array.from({ length: ${blocks} }, (_, at) => new Uint8Array(${mib}).fill(at % 251));
  const file = new File(parts, "own.bin", { lastModified: 5000 });
  await upload(file, { to: "${master}/uploads", path: "/direct/own.bin", resume: null }).done;`;

(hasChromium ? test : test.skip)(
  `a page in Chromium sends ${blocks} MiB straight to a node${hasChromium ? "" : ` (not run: no ${chromium})`}`,
  async () => {
    const page = await browserPage();
    try {
      const plan = { isBare: true, chunkSize: 2 * mib, origins: [page.origin] };
      await onNetwork(plan, async ({ master, near }) => {
        expect(await page.run(webClient(master.url))).toEqual({
          codes: Array.from({ length: blocks / 2 }, () => 0),
          origin: near.url,
        });
        await until("completed", async () => (await carriersOf(master, "/direct/recipe.bin")).length > 0);
        await page.run(ownClient(master.url));
        for (const path of ["/direct/recipe.bin", "/direct/own.bin"]) {
          // It would be `mixed`, had a single chunk gone through the master.
          expect(await carriersOf(master, path)).toEqual(["direct"]);
          expect(await contentSha256(master, path)).toBe(madeSha256());
        }
        await expectStored(near, [size, size]);
      });
    } finally {
      await page.close();
    }
  },
  300_000,
);

/** Of what the page makes. */
function madeSha256(): string {
  const hash = createHash("sha256");
  for (let at = 0; at < blocks; at += 1) hash.update(Buffer.alloc(mib, at % 251));
  return hash.digest("hex");
}
