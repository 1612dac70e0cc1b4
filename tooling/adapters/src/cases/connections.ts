import { expect } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { rawConnection, requestHead } from "../client/raw-connection.js";
import { download, openSession } from "../client/uploads.js";
import type { ServerCase, Site } from "../server-case.js";

/** What happens on one connection. */
export const connectionCases: readonly ServerCase[] = [
  { name: "a client that expects 100 Continue gets it", run: expects },
  { name: "a connection goes on after an upload", run: reusedAfterUpload },
  { name: "a connection goes on after a refusal, whose body nobody read", run: reusedAfterRefusal },
  { name: "a refusal amid a body reaches its client, and the connection goes on", run: refusedAmid },
];

const lastOfAnswer = /\r\n\r\n.*[}\n]$/s;

async function expects(site: Site): Promise<void> {
  const content = randomBytes(70_000);
  const session = await openSession(site, content.length);
  const line = await rawConnection(site.server.port);
  const fields = { Host: "x", Authorization: `Bearer ${site.token}`, "Content-Length": content.length };
  await line.send(requestHead(`PUT /uploads/sessions/${session.id}/chunks/0`, { ...fields, Expect: "100-continue" }));
  expect(await line.until(/\r\n\r\n/)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  await line.send(content);
  expect(await line.until(lastOfAnswer)).toMatch(/^HTTP\/1.1 200 /);
  line.socket.destroy();
  expect((await download(site, session.path)).equals(content)).toBe(true);
}

async function reusedAfterUpload(site: Site): Promise<void> {
  const contents = [randomBytes(70_000), randomBytes(1), randomBytes(200_000)];
  const line = await rawConnection(site.server.port);
  for (const content of contents) {
    const session = await openSession(site, content.length);
    const fields = { Host: "x", Authorization: `Bearer ${site.token}`, "Content-Length": content.length };
    await line.send(requestHead(`PUT /uploads/sessions/${session.id}/chunks/0`, fields));
    await line.send(content);
    expect(await line.until(lastOfAnswer)).toMatch(/^HTTP\/1.1 200 /);
    expect((await download(site, session.path)).equals(content)).toBe(true);
  }
  line.socket.destroy();
}

async function reusedAfterRefusal(site: Site): Promise<void> {
  const session = await openSession(site, 1_000_000);
  const line = await rawConnection(site.server.port);
  for (const [token, status] of [
    ["wrong", 401],
    [site.token, 200],
  ] as const) {
    const fields = { Host: "x", Authorization: `Bearer ${token}`, "Content-Length": 1_000_000 };
    await line.send(requestHead(`PUT /uploads/sessions/${session.id}/chunks/0`, fields));
    await line.send(new Uint8Array(1_000_000));
    expect(await line.until(lastOfAnswer)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  }
  line.socket.destroy();
}

/** Of unknown length, so that nobody can tell before that it is too long. */
async function refusedAmid(site: Site): Promise<void> {
  const session = await openSession(site, 300_000);
  const line = await rawConnection(site.server.port);
  const fields = { Host: "x", Authorization: `Bearer ${site.token}` };
  await line.send(
    requestHead(`PUT /uploads/sessions/${session.id}/chunks/0`, { ...fields, "Transfer-Encoding": "chunked" }),
  );
  const piece = Buffer.concat([Buffer.from("186a0\r\n"), Buffer.alloc(100_000), Buffer.from("\r\n")]);
  for (let sent = 0; sent < 20; sent += 1) await line.send(piece);
  await line.send("0\r\n\r\n");
  expect(await line.until(lastOfAnswer)).toMatch(/^HTTP\/1.1 400 [^]*CHUNK_SIZE_MISMATCH/);
  await line.send(requestHead("GET /uploads/usage", fields));
  expect(await line.until(lastOfAnswer)).toMatch(/^HTTP\/1.1 200 /);
  line.socket.destroy();
}
