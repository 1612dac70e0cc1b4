import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { type AzureServer, startAzurite } from "@stowage/servers";
import { stored } from "../src/azure/container.js";
import { writeConfig } from "../src/azure/write-config.js";
import { onCrashSite } from "../src/crash-site.js";
import type { GatewayProcess } from "../src/gateway-process.js";
import { type BrowserPage, browserPage, chromium } from "../src/s3/browser-page.js";
import { sizeOf } from "../src/size.js";

const pieceSize = 1_000_000;
const pieces = sizeOf({ normal: 24, extended: 200 });
const size = pieces * pieceSize;
const hasChromium = existsSync(chromium);
const onChromium = hasChromium ? test : test.skip;
const why = hasChromium ? "" : ` (not run: no ${chromium})`;

let server: AzureServer;
beforeAll(async () => {
  server = await startAzurite();
});
afterAll(() => server.close());

/** In the page: `file`. */
const makeFile = `
  const parts = Array.from({ length: ${pieces} }, (_, at) => new Uint8Array(${pieceSize}).fill(at % 251));
  const file = new File(parts, "page.bin", { lastModified: 5000 });`;

/** In the page: half of the chunks go straight, the others to the gateway, by plain `fetch`. */
const sendBothWays = (gateway: string): string => `
  const call = async (url, method, body) => {
    const answer = await fetch(url, { method, body });
    if (!answer.ok) throw new Error(method + " " + answer.status + " " + (await answer.text()));
    return answer;
  };
  const post = async (path, value) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch("${gateway}" + path, { method: "POST", headers, body: JSON.stringify(value) });
    if (!answer.ok) throw new Error(path + " " + answer.status + " " + (await answer.text()));
    return answer.json();
  };
  const session = await post("/uploads/sessions", { path: "/direct/both.bin", size: file.size });
  const own = "/uploads/sessions/" + session.id;
  const half = Math.ceil(session.chunkCount / 2);
  const { requests } = await post(own + "/grant", { start: 0, end: half });
  for (let index = 0; index < session.chunkCount; index += 1) {
    const chunk = file.slice(index * session.chunkSize, (index + 1) * session.chunkSize);
    const bytes = await chunk.arrayBuffer();
    if (index < half) await call(requests[index].url, requests[index].method, bytes);
    else await call("${gateway}" + own + "/chunks/" + index, "PUT", bytes);
  }
  await post(own + "/complete", {});
  return session.id;`;

onChromium(
  `a page in Chromium sends ${pieces} MB straight to Azure's Blob service${why}`,
  () =>
    inPage(async (page, gateway) => {
      const sessionId = await page.run(`${makeFile}
        const to = { to: "${gateway.url}/uploads", path: "/direct/page.bin", resume: null };
        return (await upload(file, to).done).sessionId;`);
      // It would be mixed, had a single chunk gone through us.
      await expectStored(gateway, String(sessionId), { path: "/direct/page.bin", transfer: "direct" });
    }),
  300_000,
);

onChromium(
  `a page in Chromium sends ${pieces} MB, the first half straight and the second through us${why}`,
  () =>
    inPage(async (page, gateway) => {
      const sessionId = await page.run(makeFile + sendBothWays(gateway.url));
      await expectStored(gateway, String(sessionId), { path: "/direct/both.bin", transfer: "mixed" });
    }),
  300_000,
);

async function inPage(scenario: (page: BrowserPage, gateway: GatewayProcess) => Promise<void>): Promise<void> {
  const page = await browserPage();
  try {
    await onCrashSite(async ({ start, data }) => {
      await server.allowOrigins([page.origin]);
      const gateway = await start(await writeConfig(data.path, server, { origins: [page.origin] }));
      // The check has nothing to say of CORS, and nobody a secret.
      expect(gateway.complaints()).not.toMatch(/CORS|sig=/);
      expect(gateway.complaints()).not.toContain(server.accountKey);
      await scenario(page, gateway);
    });
  } finally {
    await page.close();
  }
}

async function expectStored(
  { url }: GatewayProcess,
  sessionId: string,
  { path, transfer }: { readonly path: string; readonly transfer: string },
): Promise<void> {
  const session = await fetch(`${url}/uploads/sessions/${sessionId}`);
  expect(await session.json()).toMatchObject({ state: "completed", transfer, size });
  const answer = await fetch(`${url}/uploads/files/content?path=${encodeURIComponent(path)}`);
  const hash = createHash("sha256");
  for await (const piece of answer.body ?? []) hash.update(piece as Uint8Array);
  expect(hash.digest("hex")).toBe(madeSha256());
  expect((await stored(server, "direct/")).uploads).toEqual([]);
}

/** Of what the page makes. */
function madeSha256(): string {
  const hash = createHash("sha256");
  for (let at = 0; at < pieces; at += 1) hash.update(Buffer.alloc(pieceSize, at % 251));
  return hash.digest("hex");
}
