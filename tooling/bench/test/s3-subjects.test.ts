import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { forkS3Simulator, type ForkedS3Simulator, signedFetch } from "@stowage/servers";
import { loadClient, nodeClient } from "../src/load-client.js";
import { allSubjects } from "../src/scenarios.js";
import { startServer } from "../src/server-process.js";
import { type WorkFolder, workFolder } from "../src/work-folder.js";

// Two chunks, the second a short one.
const size = 9 * 1024 * 1024 + 123;
const chunk = 8 * 1024 * 1024;
let work: WorkFolder;
let source: Buffer;
let bucket: ForkedS3Simulator;

beforeAll(async () => {
  work = await workFolder(size);
  source = await readFile(work.source);
  bucket = await forkS3Simulator({ etag: "cheap", folder: work.path });
});
afterAll(async () => {
  await bucket.close();
  await work.remove();
});

test.each(allSubjects.filter(({ backend }) => backend === "s3"))(
  "$name stores what it is sent, by either client",
  async (subject) => {
    const folder = join(work.path, subject.name.replaceAll(/\W+/g, "-"));
    await mkdir(folder);
    const before = new Set((await bucket.leftovers()).objects.map(({ key }) => key));
    const server = await startServer(subject, folder, bucket);
    try {
      for (const client of [await loadClient(work.path, work.source), nodeClient(work.source)]) {
        const { port, openPort } = server;
        const load = { protocol: subject.protocol, port, openPort, size, count: 1, atOnce: 1 };
        const report = await client.send({ ...load, chunk: subject.wholeBodies === true ? size : chunk });
        expect(report).toMatchObject({ uploads: 1, failures: 0, bytes: size, firstFailure: "" });
      }
    } finally {
      await server.stop();
    }
    const { objects } = await bucket.leftovers();
    const stored = objects.filter((object) => object.size === size && !before.has(object.key));
    expect(stored).toHaveLength(2);
    for (const { key } of stored) {
      const answer = await signedFetch(bucket, { method: "GET", path: `/${bucket.bucket}/${key}` });
      expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), source)).toBe(0);
    }
  },
  30_000,
);
