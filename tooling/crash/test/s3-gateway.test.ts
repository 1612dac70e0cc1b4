import { afterAll, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { startS3Simulator } from "@stowage/servers";
import { onCrashSite } from "../src/crash-site.js";
import { completeSession, grantAll, openSession, sendBytes } from "../src/s3/native-client.js";
import { writeConfig } from "../src/s3/write-config.js";
import { mib } from "../src/size.js";
import { sourceFile } from "../src/source-file.js";

const size = 20 * mib + 123;
const simulator = await startS3Simulator();
afterAll(() => simulator.close());

async function sha256Of(url: string): Promise<string> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  const hash = createHash("sha256");
  for await (const piece of answer.body ?? []) hash.update(piece as Uint8Array);
  return hash.digest("hex");
}

test.each(["through", "direct"])("a gateway process on a bucket, %s: what was sent comes back", async (policy) => {
  await onCrashSite(async ({ start, data, chance }) => {
    const gateway = await start(await writeConfig(data.path, simulator));
    // The check of each policy at the start asked for something, too.
    await simulator.forgetCalls();
    const source = sourceFile(chance.seed, size);
    const path = `/${policy}/a.bin`;
    const session = await openSession(gateway.url, path, size);
    expect(session).toMatchObject({ transfer: policy, chunkSize: 8 * mib, chunkCount: 3 });
    const chunk = (index: number): Buffer<ArrayBuffer> =>
      Buffer.from(source.read(index * session.chunkSize, (index + 1) * session.chunkSize));
    const urls =
      policy === "direct"
        ? (await grantAll(gateway.url, session)).map(({ url }) => url)
        : [0, 1, 2].map((index) => `${gateway.url}/uploads/sessions/${session.id}/chunks/${index}`);
    expect(urls.every((url) => url.startsWith(policy === "direct" ? simulator.endpoint : gateway.url))).toBe(true);
    await Promise.all([...urls.entries()].map(([index, url]) => sendBytes(url, "PUT", chunk(index))));
    expect(await completeSession(gateway.url, session)).toMatchObject({ state: "completed", size });

    const calls = { CreateMultipartUpload: 1, UploadPart: 3, CompleteMultipartUpload: 1 };
    if (policy === "through") expect(await simulator.calls()).toEqual(calls);
    else expect(await simulator.calls()).toMatchObject(calls);
    const content = `${gateway.url}/uploads/files/content?path=${encodeURIComponent(path)}`;
    expect(await sha256Of(content)).toBe(source.sha256());
    const { objects, uploads } = await simulator.leftovers();
    expect(uploads).toEqual([]);
    const ours = objects.filter(({ key }) => key.startsWith(`${policy}/`));
    expect(ours.map((object) => object.size)).toEqual([size]);
    expect(await data.leftovers()).toEqual([]);
    // A warning tells how to mend the bucket; no secret is in it.
    expect(gateway.complaints()).not.toContain(simulator.secretAccessKey);
  });
});
