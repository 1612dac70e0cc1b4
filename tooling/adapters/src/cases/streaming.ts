import { expect } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { rawConnection, requestHead } from "../client/raw-connection.js";
import { contentPath, download, openSession, uploadFile } from "../client/uploads.js";
import { bytesBelow, bytesRead } from "../observe-process.js";
import type { ServerCase, Site } from "../server-case.js";
import { until } from "../until.js";

/** Nothing between the socket and the front-end keeps a body. */
export const streamingCases: readonly ServerCase[] = [
  { name: "bytes are stored while the client still sends", run: storedOnTheWay },
  { name: "a slow download is not read ahead into memory", run: notReadAhead },
];

const mib = 1024 * 1024;

async function storedOnTheWay(site: Site): Promise<void> {
  const content = randomBytes(8 * mib);
  const session = await openSession(site, content.length);
  expect(session.chunkCount).toBe(1);
  const before = await bytesBelow(`${site.folder}/files`);
  const line = await rawConnection(site.server.port);
  const fields = { Host: "x", Authorization: `Bearer ${site.token}`, "Content-Length": content.length };
  await line.send(requestHead(`PUT /uploads/sessions/${session.id}/chunks/0`, fields));
  await line.send(content.subarray(0, 7 * mib));
  await until("most of it is stored", async () => (await bytesBelow(`${site.folder}/files`)) - before > 5 * mib);
  await line.send(content.subarray(7 * mib));
  expect(await line.until(/"completed"/)).toMatch(/^HTTP\/1.1 200 /);
  line.socket.destroy();
  expect((await download(site, session.path)).equals(content)).toBe(true);
}

async function notReadAhead(site: Site): Promise<void> {
  const content = randomBytes(48 * mib);
  const { path } = await uploadFile(site, content);
  const before = await bytesRead(site.server.pid);
  const line = await rawConnection(site.server.port);
  line.socket.pause();
  await line.send(requestHead(`GET ${contentPath(path)}`, { Host: "x", Authorization: `Bearer ${site.token}` }));
  await until("it began", async () => (await bytesRead(site.server.pid)) - before > mib / 2);
  await sleep(500);
  // What the kernel keeps for a connection is up to 10 MiB.
  expect((await bytesRead(site.server.pid)) - before).toBeLessThan(24 * mib);
  line.socket.destroy();
}
