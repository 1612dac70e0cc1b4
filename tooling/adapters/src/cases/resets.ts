import { expect } from "@jest/globals";
import { randomBytes, randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { rawConnection, requestHead } from "../client/raw-connection.js";
import { download, openSession, putChunk, readSession } from "../client/uploads.js";
import type { Session } from "../client/uploads.js";
import { openFiles } from "../observe-process.js";
import type { ServerCase, Site } from "../server-case.js";
import { until } from "../until.js";

const resets = 1000;
const atOnce = 20;
const size = 192 * 1024;

/** Last, so that what they leave behind shows in how the server ends. */
export const resetCases: readonly ServerCase[] = [
  { name: `after ${resets} random resets amid bodies every upload goes on at once, and nothing is left open`, run },
];

async function run(site: Site): Promise<void> {
  const contents = Array.from({ length: 10 }, () => randomBytes(size));
  const uploads = await Promise.all(
    contents.map(async (content) => ({ content, session: await openSession(site, size) })),
  );
  for (let done = 0; done < resets; done += atOnce) {
    const turns = Array.from({ length: atOnce }, async (_, each) => {
      const upload = uploads[(done + each) % uploads.length];
      if (upload !== undefined) await reset(site, upload.session, upload.content);
    });
    await Promise.all(turns);
  }
  for (const { content, session } of uploads) {
    expect((await readSession(site, session)).state).toBe("open");
    const answer = await putChunk(site, session, content, 0);
    expect([answer.status, await answer.json()]).toMatchObject([200, { completed: true }]);
    expect((await download(site, session.path)).equals(content)).toBe(true);
  }
  await until("nothing is open", async () => (await openFiles(site.server.pid, `${site.folder}/files`)).length === 0);
  expect(site.server.complaints()).toBe("");
}

/** Sends a part of a body, never all of it, and resets the connection; right away or when the server had a look. */
async function reset({ server, token }: Site, { id }: Session, content: Uint8Array): Promise<void> {
  const line = await rawConnection(server.port);
  const cut = randomInt(content.length);
  const isChunked = randomInt(4) === 0;
  const length = isChunked ? { "Transfer-Encoding": "chunked" } : { "Content-Length": content.length };
  const path = randomInt(5) === 0 ? "/uploads/sessions" : `/uploads/sessions/${id}/chunks/0`;
  const method = path.endsWith("sessions") ? "POST" : "PUT";
  const head = requestHead(`${method} ${path}`, {
    Host: "x",
    Authorization: `Bearer ${token}`,
    "Content-Type": method === "POST" ? "application/json" : "application/octet-stream",
    ...length,
  });
  const opening = isChunked ? `${content.length.toString(16)}\r\n` : "";
  await line.send(head + opening);
  await line.send(content.subarray(0, cut));
  if (randomInt(2) === 0) await sleep(randomInt(8));
  if (randomInt(8) === 0) line.socket.destroy();
  else line.socket.resetAndDestroy();
  await line.closed;
}
