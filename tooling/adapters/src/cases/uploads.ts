import { expect } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { rawConnection, requestHead } from "../client/raw-connection.js";
import { ask, chunkOf, download, openSession, putChunk, readSession, uploadFile } from "../client/uploads.js";
import type { ServerCase, Site } from "../server-case.js";

const mib = 1024 * 1024;

/** From create to the bytes that come down. */
export const uploadCases: readonly ServerCase[] = [
  { name: "chunks go up in parallel and out of order", run: parallelChunks },
  { name: "an upload goes on at once after a broken line", run: resumed },
  { name: "an empty file is one", run: emptyFile },
  { name: "a chunk of a wrong length is refused, and changes nothing", run: wrongLength },
  { name: "a body of unknown length is a chunk too", run: unknownLength },
];

async function parallelChunks(site: Site): Promise<void> {
  const content = randomBytes(18 * mib);
  const session = await openSession(site, content.length);
  expect(session.chunkCount).toBeGreaterThan(2);
  const indices = Array.from({ length: session.chunkCount }, (_, index) => index).toReversed();
  const answers = await Promise.all(indices.map((index) => putChunk(site, session, content, index)));
  expect(answers.map(({ status }) => status)).toEqual(indices.map(() => 200));
  const replies = (await Promise.all(answers.map((answer) => answer.json()))) as { completed: boolean }[];
  expect(replies.some(({ completed }) => completed)).toBe(true);
  expect((await download(site, session.path)).equals(content)).toBe(true);
}

async function resumed(site: Site): Promise<void> {
  const content = randomBytes(10 * mib);
  const session = await openSession(site, content.length);
  const part = chunkOf(session, content, 0);
  const line = await rawConnection(site.server.port);
  const fields = { Host: "x", Authorization: `Bearer ${site.token}`, "Content-Length": part.length };
  await line.send(requestHead(`PUT /uploads/sessions/${session.id}/chunks/0`, fields));
  await line.send(part.subarray(0, 4 * mib));
  line.socket.destroy();
  expect(await readSession(site, session)).toMatchObject({ state: "open", missing: [{ start: 0, end: 2 }] });
  for (const index of [0, 1]) expect((await putChunk(site, session, content, index)).status).toBe(200);
  expect((await download(site, session.path)).equals(content)).toBe(true);
}

async function emptyFile(site: Site): Promise<void> {
  const session = await uploadFile(site, new Uint8Array());
  expect((await readSession(site, session)).state).toBe("completed");
  expect(await download(site, session.path)).toHaveLength(0);
}

async function wrongLength(site: Site): Promise<void> {
  const content = randomBytes(100_000);
  const session = await openSession(site, content.length);
  const path = `/uploads/sessions/${session.id}/chunks/0`;
  for (const body of [content.subarray(1), Buffer.concat([content, Buffer.from("x")]), Buffer.alloc(0)]) {
    const answer = await ask(site, path, { method: "PUT", body });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, "CHUNK_SIZE_MISMATCH"]);
  }
  expect(await readSession(site, session)).toMatchObject({ state: "open", received: 0 });
  expect((await putChunk(site, session, content, 0)).status).toBe(200);
  expect((await download(site, session.path)).equals(content)).toBe(true);
}

async function unknownLength(site: Site): Promise<void> {
  const content = randomBytes(300_000);
  const session = await openSession(site, content.length);
  const line = await rawConnection(site.server.port);
  const fields = { Host: "x", Authorization: `Bearer ${site.token}`, "Transfer-Encoding": "chunked" };
  await line.send(requestHead(`PUT /uploads/sessions/${session.id}/chunks/0`, fields));
  for (const piece of [content.subarray(0, 100_001), content.subarray(100_001)])
    await line.send(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")]));
  await line.send("0\r\n\r\n");
  expect(await line.until(/"completed":(true|false)/)).toMatch(/^HTTP\/1.1 200 [^]*"completed":true/);
  line.socket.destroy();
  expect((await download(site, session.path)).equals(content)).toBe(true);
}
