import { afterAll } from "@jest/globals";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeDriver } from "@stowage/conformance/jest";
import type { Runtime } from "@stowage/core";
import { remote } from "../src/index.js";
import { nodeKey, startSlave } from "./start-slave.js";

const root = await mkdtemp(join(tmpdir(), "stowage-remote-"));
const slave = await startSlave(root);
afterAll(async () => {
  await slave.kill();
  await rm(root, { recursive: true });
});

async function setup(runtime: Runtime) {
  const make = () => remote({ url: slave.url, key: nodeKey }, runtime);
  const before = new Set([...(await openSessions()), ...(await partFiles())]);
  return {
    driver: make(),
    newInstance: make,
    readBack: async (key: string) => {
      const reply = await fetch(`${slave.url}/look/files/content?path=${encodeURIComponent(`/${key}`)}`);
      if (reply.status === 404) return null;
      if (!reply.ok) throw new Error(`reading back: ${reply.status}`);
      return new Uint8Array(await reply.arrayBuffer());
    },
    leftovers: async () => [...(await openSessions()), ...(await partFiles())].filter((name) => !before.has(name)),
    secrets: [nodeKey],
  };
}

async function openSessions(): Promise<readonly string[]> {
  const open: string[] = [];
  for (const state of ["opening", "open", "completing", "aborting"]) {
    const reply = await fetch(`${slave.url}/look/sessions?state=${state}&limit=1000`);
    const { sessions } = (await reply.json()) as { sessions: { id: string }[] };
    open.push(...sessions.map(({ id }) => `session ${state}: ${id}`));
  }
  return open;
}

async function partFiles(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of ["parts", "fenced"])
    found.push(...(await readdir(join(root, "files", folder), { recursive: true }).catch(() => [])));
  return found;
}

await describeDriver({ name: "remote, a node in another process", setup });
