import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { createEngine } from "@stowage/core/engine";
import { bytes } from "@stowage/core";
import { local } from "@stowage/driver-local";
import { sqliteStore } from "@stowage/store-sqlite";
import { form } from "./form.js";
import { startMedia } from "./media-process.js";
import type { MediaProcess } from "./media-process.js";
import { pdf } from "./samples.js";

const whole = pdf(900_000);
const step = 150_000;

async function post(server: MediaProcess, path: string, body: Buffer, headers: Record<string, string>) {
  const response = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { authorization: "Bearer alice", ...headers },
    body: new Uint8Array(body),
  });
  // Tests look into answers of all shapes.
  return { status: response.status, data: (await response.json()) as ReturnType<typeof JSON.parse> };
}

function sendPart(server: MediaProcess, id: string, start: number) {
  const end = Math.min(start + step, whole.length);
  const ids = id === "" ? [] : [{ name: "upload_id", value: Buffer.from(id) }];
  const { body, type } = form([...ids, { name: "document", filename: "a.pdf", value: whole.subarray(start, end) }]);
  const range = `bytes ${start}-${end - 1}/${whole.length}`;
  return post(server, "/upload/chunk/", body, { "content-type": type, "content-range": range });
}

function finish(server: MediaProcess, id: string) {
  const body = Buffer.from(JSON.stringify({ upload_id: id }));
  return post(server, "/upload/chunk/complete/", body, { "content-type": "application/json" });
}

test("kill -9 between chunks, inside them and at completion loses nothing that was acknowledged", async () => {
  const folder = await mkdtemp(join(tmpdir(), "media-kill-"));
  let server = await startMedia(folder);
  const restart = async (): Promise<void> => {
    await server.kill();
    server = await startMedia(folder);
  };
  let id = "";
  for (let start = 0; start < whole.length;) {
    // A chunk on its way when the process dies is stored whole or not at all.
    const lost = id === "" ? null : sendPart(server, id, start).catch(() => null);
    await restart();
    await lost;
    const reply = await sendPart(server, id, start);
    expect(reply).toMatchObject({ status: 201, data: { offset: String(Math.min(start + step, whole.length)) } });
    id = reply.data.upload_id;
    start = Number(reply.data.offset);
  }
  const lost = finish(server, id).catch(() => null);
  await restart();
  await lost;
  const done = await finish(server, id);
  expect(done).toMatchObject({ status: 200, data: { size: whole.length, content_type: "application/pdf" } });
  await restart();
  expect(await finish(server, id)).toEqual(done);
  await server.kill();
  const engine = createEngine({
    store: await sqliteStore({ path: join(folder, "sessions.db"), durability: "process" }),
    policies: [{ id: "disk", driver: local({ root: join(folder, "files") }) }],
  });
  const files = engine.as({ owner: "alice", groups: [] });
  const stored = await bytes(await files.read({ entryId: done.data.id }, null), 1e9);
  expect(Buffer.compare(stored, whole)).toBe(0);
  expect(await files.list("/media", null, 10)).toHaveLength(1);
  await engine.close();
  await rm(folder, { recursive: true });
}, 120_000);
