import { afterAll } from "@jest/globals";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeDriver } from "@stowage/conformance/jest";
import type { Runtime } from "@stowage/core";
import { imageStore } from "../src/index.js";
import { startStore } from "./start-store.js";

const root = await mkdtemp(join(tmpdir(), "stowage-image-store-"));
const store = await startStore(root);
afterAll(async () => {
  await store.kill();
  await rm(root, { recursive: true });
});

/** Each case is an owner of its own at the server, which keeps everybody's files in one place. */
async function setup(runtime: Runtime) {
  const token = `owner-${crypto.randomUUID()}`;
  const headers = { authorization: `Bearer ${token}` };
  const make = () => imageStore({ endpoint: `${store.url}/ImageStore`, token, folder: "objects/all" }, runtime);
  const before = new Set(await partFiles());
  return {
    driver: make(),
    newInstance: make,
    readBack: async (key: string) => {
      const path = encodeURIComponent(`/objects/all/${key}`);
      const reply = await fetch(`${store.url}/uploads/files/content?path=${path}`, { headers });
      if (reply.status === 404) return null;
      if (!reply.ok) throw new Error(`reading back: ${reply.status}`);
      return new Uint8Array(await reply.arrayBuffer());
    },
    leftovers: async () => {
      const open: string[] = [];
      for (const state of ["opening", "open", "completing", "aborting"]) {
        const reply = await fetch(`${store.url}/uploads/sessions?state=${state}`, { headers });
        const { sessions } = (await reply.json()) as { sessions: { id: string; path: string }[] };
        open.push(...sessions.map(({ path }) => `session ${state}: ${path}`));
      }
      return [...open, ...(await partFiles()).filter((name) => !before.has(name))];
    },
    secrets: [token],
  };
}

async function partFiles(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of ["parts", "fenced"])
    found.push(...(await readdir(join(root, "files", folder), { recursive: true }).catch(() => [])));
  return found;
}

await describeDriver({ name: "image-store, our front-end in another process", setup });
