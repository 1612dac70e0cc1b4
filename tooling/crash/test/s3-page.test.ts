import { PutBucketCorsCommand, S3Client, type CORSConfiguration } from "@aws-sdk/client-s3";
import { expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { forkS3Simulator, type S3Server } from "@stowage/servers";
import { onCrashSite } from "../src/crash-site.js";
import { type BrowserPage, browserPage, chromium } from "../src/s3/browser-page.js";
import { writeConfig } from "../src/s3/write-config.js";
import { sizeOf } from "../src/size.js";

const blockSize = 1_000_000;
const blocks = sizeOf({ normal: 24, extended: 200 });
const size = blocks * blockSize;
const hasChromium = existsSync(chromium);

(hasChromium ? test : test.skip)(
  `a page in Chromium sends ${blocks} MB straight to the bucket${hasChromium ? "" : ` (not run: no ${chromium})`}`,
  async () => {
    const simulator = await forkS3Simulator();
    const page = await browserPage();
    try {
      await onCrashSite(async ({ start, data }) => {
        const gateway = await start(await writeConfig(data.path, simulator, { origins: [page.origin] }));
        await allowPages(simulator, recommendedCors(gateway.complaints()));
        const sessionId = await uploadIn(page, gateway.url);

        const session = await fetch(`${gateway.url}/uploads/sessions/${sessionId}`);
        // It would be `mixed`, had a single chunk gone through us.
        expect(await session.json()).toMatchObject({ state: "completed", transfer: "direct", size });
        const answer = await fetch(`${gateway.url}/uploads/files/content?path=/direct/page.bin`);
        const hash = createHash("sha256");
        for await (const piece of answer.body ?? []) hash.update(piece as Uint8Array);
        expect(hash.digest("hex")).toBe(madeSha256());
      });
    } finally {
      await page.close();
      await simulator.close();
    }
  },
  300_000,
);

/** The JSON that the gateway tells to paste, word for word, out of the warning of its check. */
function recommendedCors(complaints: string): CORSConfiguration {
  const warnings = complaints.split("\n").filter((line) => line.startsWith("{"));
  const found = warnings
    .map((line) => JSON.parse(line) as { readonly subject?: string; readonly policy?: string; readonly mend?: string })
    .find(({ subject, policy }) => subject === "CORS" && policy === "direct");
  return JSON.parse(/'(\{.*\})'/.exec(found?.mend ?? "")?.[1] ?? "null") as CORSConfiguration;
}

async function allowPages(server: S3Server, configuration: CORSConfiguration): Promise<void> {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await client.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: configuration }));
  client.destroy();
}

/** The id of the session. */
async function uploadIn(page: BrowserPage, gateway: string): Promise<string> {
  const outcome = await page.run(`
    const parts = Array.from({ length: ${blocks} }, (_, at) => new Uint8Array(${blockSize}).fill(at % 251));
    const file = new File(parts, "page.bin", { lastModified: 5000 });
    const { sessionId } = await upload(file, { to: "${gateway}/uploads", path: "/direct/page.bin", resume: null }).done;
    return sessionId;`);
  return String(outcome);
}

/** Of what the page makes. */
function madeSha256(): string {
  const hash = createHash("sha256");
  for (let at = 0; at < blocks; at += 1) hash.update(Buffer.alloc(blockSize, at % 251));
  return hash.digest("hex");
}
