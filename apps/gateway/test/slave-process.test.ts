import { afterAll, expect, test } from "@jest/globals";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeDriver } from "@stowage/conformance/jest";
import type { Runtime, StorageDriver } from "@stowage/core";
import { memorySpool, relay } from "@stowage/driver-relay";
import { remote } from "@stowage/driver-remote";
import { gatewayProcess, killAll } from "./gateway-process.js";
import { nodeKey } from "./options/nodes.js";

const folder = await mkdtemp(join(tmpdir(), "stowage-slave-"));
const file = join(folder, "stowage.yaml");
const owner = "owner-of-the-node-s-files-for-looking-at-them";
await writeFile(
  file,
  JSON.stringify({
    listen: { port: 0 },
    data: join(folder, "data"),
    policies: { disk: { driver: "local", options: { root: join(folder, "files") }, chunks: { parallel: 64 } } },
    mount: { "/api/v4/slave": "cloudreve-slave", "/look": "native" },
    identity: { tokens: [{ token: owner, owner: "node" }] },
  }),
);
const slave = gatewayProcess(["--config", file, "--role", "slave"], { STOWAGE_NODE_KEY: nodeKey });
const url = await slave.ready;
afterAll(async () => {
  await killAll();
  await rm(folder, { recursive: true });
});

const headers = { authorization: `Bearer ${owner}` };

async function setup(runtime: Runtime) {
  const make = () => remote({ url, key: nodeKey }, runtime);
  const before = new Set(await leftovers());
  return {
    driver: make(),
    newInstance: make,
    readBack: async (key: string) => {
      const reply = await fetch(`${url}/look/files/content?path=${encodeURIComponent(`/${key}`)}`, { headers });
      if (reply.status === 404) return null;
      if (!reply.ok) throw new Error(`reading back: ${reply.status}`);
      return new Uint8Array(await reply.arrayBuffer());
    },
    leftovers: async () => (await leftovers()).filter((name) => !before.has(name)),
    secrets: [nodeKey],
  };
}

/** Unfinished sessions and part files. */
async function leftovers(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const state of ["opening", "open", "completing", "aborting"]) {
    const reply = await fetch(`${url}/look/sessions?state=${state}`, { headers });
    const { sessions } = (await reply.json()) as { sessions: { id: string }[] };
    found.push(...sessions.map(({ id }) => `session ${state}: ${id}`));
  }
  for (const kind of ["parts", "fenced"])
    found.push(...(await readdir(join(folder, "files", kind), { recursive: true }).catch(() => [])));
  return found;
}

await describeDriver({ name: "remote, a gateway that was started as a slave", setup });

/** The same behind a relay, with cells as small as the kit's objects. */
async function relayed(runtime: Runtime) {
  const bare = await setup(runtime);
  const spool = memorySpool();
  const before = (driver: StorageDriver): StorageDriver => relay(driver, { spool, cell: 500 }, runtime);
  return {
    ...bare,
    driver: before(bare.driver),
    newInstance: () => before(bare.newInstance()),
    leftovers: async () => [...(await bare.leftovers()), ...spool.contents()],
  };
}

await describeDriver({ name: "relay(remote), a gateway that was started as a slave", setup: relayed });

test("a slave says what it is, and ends as any gateway does", async () => {
  const bare = gatewayProcess(["--role", "slave", "--port", "0", "--data", join(folder, "bare")], {
    STOWAGE_NODE_KEY: nodeKey,
  });
  const at = await bare.ready;
  const ping = { method: "POST", body: "{}" };
  expect(((await (await fetch(`${at}/api/v4/slave/ping`, ping)).json()) as { code: number }).code).toBe(403);
  expect((await fetch(`${at}/uploads/usage`)).status).toBe(404);
  bare.kill("SIGTERM");
  const { code, stdout } = await bare.ended;
  expect([code, stdout]).toEqual([
    0,
    `stowage is ready at ${at}\na storage node: its master uploads here, with the key of both\n`,
  ]);
});

test.each([[{}], [{ STOWAGE_NODE_KEY: "" }], [{ STOWAGE_NODE_KEY: "short" }]])(
  "a slave without a key (%j) does not start, and says why",
  async (environment: Readonly<Record<string, string>>) => {
    const { code, stderr } = await gatewayProcess(["--role", "slave", "--port", "0"], environment, folder).ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^stowage: the configuration: node\.key: (missing|shorter than 32)[^\n]*\n$/);
  },
);
