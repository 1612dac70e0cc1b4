import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { loadClient, type LoadClient, nodeClient } from "../src/load-client.js";
import { allSubjects } from "../src/scenarios.js";
import { startServer } from "../src/server-process.js";
import { type WorkFolder, workFolder } from "../src/work-folder.js";

// A server that stores something else is quick, too. Two chunks, the second a short one.
const size = 9 * 1024 * 1024 + 123;
const chunk = 8 * 1024 * 1024;
let work: WorkFolder;
let source: Buffer;

beforeAll(async () => {
  work = await workFolder(size);
  source = await readFile(work.source);
});
afterAll(() => work.remove());

const clients: Readonly<Record<string, () => Promise<LoadClient>>> = {
  "the client that this machine has": () => loadClient(work.path, work.source),
  "the client on Node": async () => nodeClient(work.source),
};

describe.each(Object.keys(clients))("%s", (client) => {
  test.each(allSubjects.filter(({ backend }) => backend === undefined))(
    "$name stores what it is sent",
    async (subject) => {
      const folder = join(work.path, `${client} ${subject.name}`.replaceAll(/\W+/g, "-"));
      await mkdir(folder);
      const server = await startServer(subject, folder);
      try {
        const sender = await clients[client]?.();
        const { port, openPort } = server;
        const load = { protocol: subject.protocol, port, openPort, size, chunk, count: 3, atOnce: 2 };
        const report = await sender?.send(load);
        expect(report).toMatchObject({ uploads: 3, failures: 0, bytes: 3 * size, firstFailure: "" });
      } finally {
        await server.stop();
      }
      const stored = await filesOfSize(folder, size);
      expect(stored).toHaveLength(3);
      for (const path of stored) expect(Buffer.compare(await readFile(path), source)).toBe(0);
    },
    30_000,
  );
});

async function filesOfSize(folder: string, wanted: number): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(paths.map(async (path) => ({ path, size: (await stat(path)).size })));
  return sizes.filter((file) => file.size === wanted).map(({ path }) => path);
}
