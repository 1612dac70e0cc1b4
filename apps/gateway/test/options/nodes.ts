import { expect } from "@jest/globals";
import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DirectGrant, Json, StorageDriver, UploadTarget } from "@stowage/core";
import { nodeRuntime } from "@stowage/core/node";
import { remote } from "@stowage/driver-remote";
import { checkPolicies, closePolicies, makePolicies } from "../../src/open-policies.js";
import { load } from "../config/written-config.js";
import { ask, closeAll, open, run, upload } from "../running-gateway.js";
import type { Answer, Parts, Running, RunOptions } from "../running-gateway.js";
import type { Proofs } from "./proof.js";

export const nodeKey = "k".repeat(64);
const otherKey = "o".repeat(64);
const { signal } = new AbortController();

/** A gateway that stores for others. */
export const runSlave = (mount: Parts = {}, more: Parts = {}, options: RunOptions = {}): Promise<Running> =>
  run(
    (folder) => ({
      role: "slave",
      node: { key: nodeKey },
      policies: { disk: { driver: "local", options: { root: join(folder, "objects"), minFree: 0 } } },
      mount: { "/api/v4/slave": { protocol: "cloudreve-slave", ...mount } },
      ...more,
    }),
    options,
  );

/** These are about nodes. */
const off = { use: "never" };

/** A gateway whose one policy is on a node. */
export const runMaster = (node: Parts, policy: Parts = {}): Promise<Running> =>
  run({
    nodes: { far: { key: nodeKey, ...node } },
    policies: { a: { driver: "remote", options: { node: "far" }, chunks: { size: 5 }, relay: off, ...policy } },
  });

const driverOf = (url: string, key = nodeKey): StorageDriver => remote({ url, key }, nodeRuntime());

async function failureOf(work: Promise<unknown> | undefined): Promise<unknown> {
  return work?.then(
    () => null,
    (error: unknown) => (error as { code: unknown }).code,
  );
}

async function filesIn({ folder }: Running): Promise<number> {
  const found = await readdir(join(folder, "objects"), { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile() && one.parentPath.includes("/objects/objects")).length;
}

/** What `stowage check` would find of a policy on this node. */
async function findingsOf(node: Parts): Promise<readonly string[]> {
  const nodes = { far: { key: nodeKey, ...node } };
  const policies = { a: { driver: "remote", options: { node: "far" }, relay: off } };
  const made = await makePolicies(await load(JSON.stringify({ nodes, policies })), {});
  const [found] = await checkPolicies(made, signal);
  await closePolicies(made);
  return (found?.findings ?? []).map(({ subject }) => subject);
}

const servers: Server[] = [];

/** For `afterEach`. */
export async function closeServers(): Promise<void> {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A server that answers so. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void, port = 0): Promise<Server> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  servers.push(server);
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const urlOf = (server: Server): string => `http://127.0.0.1:${portOf(server)}`;
const silent = (): void => {};

function targetOf(): UploadTarget {
  const sessionId = crypto.randomUUID();
  const plan = { size: 5, chunkSize: 5, count: 1 };
  const expiresAt = Date.now() + 3_600_000;
  return { sessionId, key: `dir/${sessionId}`, size: 5, plan, contentType: "text/plain", metadata: {}, expiresAt };
}

/** Sends five bytes to a node by a grant with this callback; how long the answer took, in milliseconds. */
async function sendDirectly(url: string, callbackUrl: string): Promise<number> {
  const driver = driverOf(url);
  const target = targetOf();
  const handle: Json = await driver.begin(target, { signal });
  const request = { chunks: { start: 0, end: 1 }, completeBy: "client", callbackUrl } as const;
  const grant = (await driver.direct?.grant(handle, target, request, { signal })) as DirectGrant & { kind: "parts" };
  const [first] = grant.requests;
  const began = performance.now();
  const sent = { method: "POST", headers: { ...first?.headers }, body: "bytes" };
  expect((await fetch(first?.url ?? "", sent)).status).toBe(200);
  return performance.now() - began;
}

export const nodeProofs: Proofs = {
  role: async () => {
    const routes = async ({ url }: Running): Promise<readonly unknown[]> => {
      const ping = await ask(url, "POST", "/api/v4/slave/ping", { json: {} });
      return [(await ask(url, "GET", "/uploads/usage")).status, ping.body["code"]];
    };
    expect(await routes(await run({ role: "slave", node: { key: nodeKey } }))).toEqual([404, 403]);
    expect(await routes(await run())).toEqual([200, 404]);
  },
  "node.key": async () => {
    const { url } = await runSlave();
    expect(await failureOf(driverOf(url).ping?.({ signal }))).toBeNull();
    expect(await failureOf(driverOf(url, otherKey).ping?.({ signal }))).toBe("BACKEND_DENIED");
  },
  "nodes.*.url": async () => {
    const [near, far] = [await runSlave(), await runSlave()];
    const { url } = await runMaster({ url: far.url });
    expect((await upload(url, "/a", Buffer.from("bytes"))).status).toBe(200);
    expect([await filesIn(near).catch(() => 0), await filesIn(far)]).toEqual([0, 1]);
    expect((await ask(url, "GET", "/uploads/files/content?path=/a")).body).toEqual({ text: "bytes" });
  },
  "nodes.*.key": async () => {
    const { url } = await runSlave();
    await expect(runMaster({ url, key: otherKey })).rejects.toThrow(/policy a cannot be used: key: the node refuses/);
    expect((await ask((await runMaster({ url })).url, "GET", "/uploads/usage")).status).toBe(200);
  },
  "nodes.*.directUrl": async () => {
    const { url } = await runSlave();
    const grantedBy = async (node: Parts): Promise<string> => {
      const master = await runMaster({ url, ...node }, { transfer: "direct" });
      const { body } = await open(master.url, "/a", 5);
      const granted = await ask(master.url, "POST", `/uploads/sessions/${String(body["id"])}/grant`, {
        json: { start: 0, end: 1 },
      });
      return new URL((granted.body["requests"] as { url: string }[])[0]?.url ?? "").origin;
    };
    expect(await grantedBy({ directUrl: "https://near.example" })).toBe("https://near.example");
    expect(await grantedBy({})).toBe(url);
  },
  "nodes.*.siteUrl": async () => {
    const { url } = await runSlave();
    const site = await run();
    expect(await findingsOf({ url, siteUrl: "http://127.0.0.1:9" })).toEqual(["siteUrl"]);
    expect(await findingsOf({ url, siteUrl: site.url })).toEqual([]);
    expect(await findingsOf({ url })).toEqual([]);
  },
  "nodes.*.timeout": async () => {
    const hung = await serve(silent);
    const began = performance.now();
    expect(await findingsOf({ url: urlOf(hung), timeout: "300ms" })).toEqual(["url"]);
    expect(performance.now() - began).toBeLessThan(5000);
    const { policies } = await load(`nodes: { far: { url: http://h, key: ${nodeKey} } }
policies: { a: { driver: remote, options: { node: far }, relay: { use: never } } }`);
    expect(policies["a"]?.options).toMatchObject({ timeoutMs: 10_000 });
  },
};

/** The answer to an unsigned question at a mount. */
const pinged = ({ url }: Running, prefix: string): Promise<Answer> => ask(url, "POST", `${prefix}/ping`, { json: {} });

export const slaveProofs: Proofs = {
  "mount.*(cloudreve-slave).protocol": async () => {
    const mount = { "/elsewhere": "cloudreve-slave" };
    const slave = await run({ role: "slave", node: { key: nodeKey }, mount });
    expect((await pinged(slave, "/elsewhere")).body["code"]).toBe(403);
    expect((await pinged(slave, "/api/v4/slave")).status).toBe(404);
  },
  "mount.*(cloudreve-slave).owner": async () => {
    const listed = async (mount: Parts): Promise<number> => {
      const identity = { tokens: [{ token: nodeKey, owner: "films" }] };
      const mounts = { "/api/v4/slave": { protocol: "cloudreve-slave", ...mount }, "/uploads": "native" };
      const { url } = await runSlave({}, { mount: mounts, identity });
      await sendDirectly(url, "http://127.0.0.1:9/callback");
      const { body } = await ask(url, "GET", "/uploads/files?folder=/", { token: nodeKey });
      return (body["files"] as unknown[]).length;
    };
    expect([await listed({ owner: "films" }), await listed({})]).toEqual([1, 0]);
  },
  "mount.*(cloudreve-slave).version": async () => {
    const { url: siteUrl } = await run();
    expect(await findingsOf({ url: (await runSlave({ version: "4.13.0" })).url, siteUrl })).toEqual(["version"]);
    expect(await findingsOf({ url: (await runSlave()).url, siteUrl })).toEqual([]);
  },
  "mount.*(cloudreve-slave).pingTimeout": async () => {
    const hung = await serve(silent);
    const timeOf = async (mount: Parts): Promise<number> => {
      const began = performance.now();
      const node = { url: (await runSlave(mount)).url, siteUrl: urlOf(hung), timeout: "3s" };
      await findingsOf(node).catch(() => []);
      return performance.now() - began;
    };
    expect(await timeOf({ pingTimeout: "100ms" })).toBeLessThan(2500);
    expect(await timeOf({})).toBeGreaterThan(2900);
  },
  "mount.*(cloudreve-slave).callbackTimeout": async () => {
    const attempts = async (mount: Parts): Promise<number> => {
      let asked = 0;
      const hung = await serve(() => void (asked += 1));
      await sendDirectly((await runSlave({ callbackWait: "10ms", ...mount })).url, `${urlOf(hung)}/callback`);
      await sleep(4000);
      await closeAll();
      hung.closeAllConnections();
      return asked;
    };
    expect(await attempts({ callbackTimeout: "100ms" })).toBeGreaterThan(1);
    expect(await attempts({})).toBe(1);
  },
  "mount.*(cloudreve-slave).callbackWait": async () => {
    const hung = await serve(silent);
    const waited = async (mount: Parts): Promise<number> =>
      sendDirectly((await runSlave(mount)).url, `${urlOf(hung)}/callback`);
    expect(await waited({ callbackWait: "10ms" })).toBeLessThan(2500);
    expect(await waited({})).toBeGreaterThan(4900);
    await closeAll();
  },
  "mount.*(cloudreve-slave).rescan": async () => {
    const delivered = async (mount: Parts): Promise<boolean> => {
      let isHeard = false;
      const dead = await serve(silent);
      const port = portOf(dead);
      await closeServers();
      const first = await runSlave({ callbackWait: "10ms" });
      const second = await runSlave(mount, {}, { folder: first.folder });
      await sendDirectly(first.url, `http://127.0.0.1:${port}/callback`);
      await first.close();
      const master = await serve((_request, response) => {
        isHeard = true;
        response.end(JSON.stringify({ code: 0, msg: "" }));
      }, port);
      await sleep(1500);
      await second.close();
      master.closeAllConnections();
      return isHeard;
    };
    expect([await delivered({ rescan: "200ms" }), await delivered({})]).toEqual([true, false]);
  },
};
