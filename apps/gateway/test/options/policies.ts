import { expect } from "@jest/globals";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { loadConfig } from "../../src/config/load-config.js";
import { makePolicies } from "../../src/open-policies.js";
import { durabilityOf } from "../../src/open-store.js";
import { mistakesOf } from "../config/written-config.js";
import { ask, open, run, upload } from "../running-gateway.js";
import type { Answer, Parts, Running } from "../running-gateway.js";
import { isAnsweredMeanwhile } from "./operation.js";
import { policies } from "./proof.js";
import type { Proofs } from "./proof.js";

const withPolicy = (settings: Parts): Promise<Running> => run((folder) => ({ policies: policies(folder, settings) }));

/** The session that a policy with these settings gives, for a file of five bytes. */
async function session(settings: Parts, path = "/a.jpg", size = 5): Promise<Answer> {
  return open((await withPolicy(settings)).url, path, size);
}

/** The status of the same with and without these settings. */
async function statuses(settings: Parts, path?: string, size?: number): Promise<readonly number[]> {
  return [(await session(settings, path, size)).status, (await session({}, path, size)).status];
}

const objectsIn = async (folder: string): Promise<readonly string[]> => readdir(folder, { recursive: true });

/** How often the driver of a policy was asked for this. */
async function callsOf(url: string, policy: string, operation: string): Promise<number> {
  const { text } = (await ask(url, "GET", "/metrics")).body;
  const labels = `{driver="local",policy="${policy}",operation="${operation}"}`;
  const line = String(text)
    .split("\n")
    .find((one) => one.startsWith(`stowage_driver_call_seconds_count${labels}`));
  return Number(line?.split(" ").at(-1) ?? 0);
}

export const policyProofs: Proofs = {
  "policies.*.driver": async () => {
    expect(await mistakesOf("policies: { a: { options: { root: x } } }")).toContain(
      "policies.a.driver: missing (line 1)",
    );
    const { body } = await ask((await withPolicy({})).url, "GET", "/api/v4/user/setting/policies");
    expect(body["data"]).toMatchObject([{ id: "a", type: "local" }, { type: "local" }]);
  },
  "policies.*.options": async () => {
    const modeOf = async (more: Parts): Promise<number> => {
      const { url, folder } = await run((made) => ({
        policies: { a: { driver: "local", options: { root: `${made}/a`, ...more } } },
      }));
      await upload(url, "/a", Buffer.from("bytes"));
      const files = await readdir(`${folder}/a`, { recursive: true, withFileTypes: true });
      const file = files.find((one) => one.isFile() && one.parentPath.includes("objects"));
      return (await stat(join(file?.parentPath ?? "", file?.name ?? ""))).mode & 0o777;
    };
    expect([await modeOf({ fileMode: 0o600 }), await modeOf({})]).toEqual([0o600, 0o640]);
  },
  "policies.*.name": async () => {
    const nameOf = async (settings: Parts): Promise<unknown> => {
      const { body } = await ask((await withPolicy(settings)).url, "GET", "/uploads/policies");
      return (body["policies"] as { name: string }[])[0]?.name;
    };
    expect([await nameOf({ name: "The first" }), await nameOf({})]).toEqual(["The first", "a"]);
  },
  "policies.*.transfer": async () => {
    const direct = "policies: { a: { driver: local, options: { root: x }, transfer: direct } }";
    expect((await mistakesOf(direct))[0]).toMatch(/^policies\.a\.transfer: .*local/);
    expect((await session({ transfer: "through" })).body).toMatchObject({ transfer: "through" });
  },
  "policies.*.chunks.size": async () => {
    expect((await session({ chunks: { size: "2 B" } })).body).toMatchObject({ chunkSize: 2, chunkCount: 3 });
    expect((await session({})).body).toMatchObject({ chunkSize: 5, chunkCount: 1 });
  },
  "policies.*.chunks.parallel": async () => {
    const secondFirst = async (parallel: number): Promise<number> => {
      const { url } = await withPolicy({ chunks: { size: 1, parallel } });
      const { body } = await open(url, "/a", 3);
      expect(body).toMatchObject({ parallel });
      return (await ask(url, "PUT", `/uploads/sessions/${String(body["id"])}/chunks/1`, { body: Buffer.from("x") }))
        .status;
    };
    expect([await secondFirst(1), await secondFirst(2)]).toEqual([409, 200]);
  },
  "policies.*.accept.maxSize": async () => {
    expect(await statuses({ accept: { maxSize: 4 } })).toEqual([413, 201]);
  },
  "policies.*.accept.extensions.allow": async () => {
    expect(await statuses({ accept: { extensions: { allow: ["png"] } } })).toEqual([422, 201]);
    expect((await session({ accept: { extensions: { allow: ["png"] } } }, "/a.PNG")).status).toBe(201);
  },
  "policies.*.accept.extensions.deny": async () => {
    expect(await statuses({ accept: { extensions: { deny: ["jpg"] } } })).toEqual([422, 201]);
    expect((await session({ accept: { extensions: { deny: ["jpg"] } } }, "/a.png")).status).toBe(201);
  },
  "policies.*.accept.pattern.allow": async () => {
    expect(await statuses({ accept: { pattern: { allow: "^b" } } })).toEqual([422, 201]);
    expect((await session({ accept: { pattern: { allow: "^b" } } }, "/b")).status).toBe(201);
  },
  "policies.*.accept.pattern.deny": async () => {
    expect(await statuses({ accept: { pattern: { deny: "^a" } } })).toEqual([422, 201]);
    expect((await session({ accept: { pattern: { deny: "^a" } } }, "/b")).status).toBe(201);
  },
  "policies.*.key": async () => {
    const keyOf = async (settings: Parts): Promise<string> => {
      const { url, folder } = await withPolicy(settings);
      await upload(url, "/photo.jpg", Buffer.from("bytes"));
      return (await objectsIn(`${folder}/a`)).join("\n");
    };
    expect(await keyOf({ key: "of-{uid}/{uuid}{ext}" })).toMatch(/of-local\/[\w-]{36}\.jpg/);
    expect(await keyOf({})).not.toContain("of-local");
  },
  "policies.*.calls.attempts": async () => {
    const callsWithoutRoot = async (settings: Parts): Promise<number> => {
      const { url, folder } = await withPolicy(settings);
      await upload(url, "/a", Buffer.from("bytes"));
      await rm(`${folder}/a`, { recursive: true });
      expect((await ask(url, "GET", "/uploads/files/content?path=/a")).status).toBe(503);
      return callsOf(url, "a", "read");
    };
    expect([await callsWithoutRoot({ calls: { attempts: 3 } }), await callsWithoutRoot({})]).toEqual([3, 1]);
  },
  "policies.*.calls.atOnce": async () => {
    const answered = async (settings: Parts): Promise<boolean> => {
      const { url } = await withPolicy({ ...settings, chunks: { size: 2 } });
      return isAnsweredMeanwhile(url, String((await open(url, "/a", 4)).body["id"]));
    };
    expect([await answered({ calls: { atOnce: 1 } }), await answered({})]).toEqual([false, true]);
  },
  "policies.*.relay.use": async () => {
    const drivers = async (use: string): Promise<readonly string[]> => {
      const { folder } = await withPolicy({ relay: { use } });
      const config = await loadConfig({ file: `${folder}/stowage.yaml`, overrides: { data: `${folder}/data` } });
      const [policy] = await makePolicies(config, {});
      return [policy?.driver.name ?? "", policy?.relayed?.name ?? ""];
    };
    // The disk takes bytes as they come.
    expect(await Promise.all(["needed", "always", "never"].map(drivers))).toEqual([
      ["local", ""],
      ["relay(local)", ""],
      ["local", ""],
    ]);
  },
  "policies.*.relay.spool": async () => {
    const spooled = async (more: Parts, spool: string): Promise<number> => {
      const { url, folder } = await run((made) => ({
        policies: policies(made, { relay: { use: "always", ...more } }),
      }));
      const headers = { "content-range": "bytes 2-4/9" };
      const at = `/ImageStore/a/$/UploadChunk?api-version=6.0&session-id=${crypto.randomUUID()}`;
      expect((await ask(url, "PUT", at, { body: Buffer.from("abc"), headers })).status).toBe(200);
      return (await objectsIn(`${folder}/${spool}`).catch(() => [])).length;
    };
    expect(await spooled({}, "data/spool")).toBeGreaterThan(0);
    const other = await mkdtemp(join(tmpdir(), "stowage-spool-"));
    expect(await spooled({ spool: other }, "data/spool")).toBe(0);
    expect((await objectsIn(other)).length).toBeGreaterThan(0);
    await rm(other, { recursive: true });
  },
  "policies.*.relay.durability": async () => {
    const durability = async (relay: Parts): Promise<string> => {
      const { folder } = await withPolicy({ relay });
      return durabilityOf(await loadConfig({ file: `${folder}/stowage.yaml` }));
    };
    expect(await durability({ durability: "disk" })).toBe("disk");
    expect(await durability({})).toBe("process");
    expect(await durability({ use: "never", durability: "disk" })).toBe("process");
  },
  "policies.*.session.ttl": async () => {
    const lifeOf = async (settings: Parts): Promise<number> => {
      const { body } = await session(settings);
      return Number(body["expiresAt"]) - Number(body["createdAt"]);
    };
    expect(await lifeOf({ session: { ttl: "90s" } })).toBe(90_000);
    expect(await lifeOf({})).toBe(24 * 3_600_000);
  },
  "policies.*.session.maxLife": async () => {
    const lifeAfterChunk = async (maxLife: string): Promise<number> => {
      const { url } = await withPolicy({ chunks: { size: 1 }, session: { ttl: "90s", maxLife } });
      const { body } = await open(url, "/a", 2);
      await sleep(50);
      const path = `/uploads/sessions/${String(body["id"])}`;
      await ask(url, "PUT", `${path}/chunks/0`, { body: Buffer.from("x") });
      return Number((await ask(url, "GET", path)).body["expiresAt"]) - Number(body["createdAt"]);
    };
    expect(await lifeAfterChunk("90s")).toBe(90_000);
    expect(await lifeAfterChunk("91s")).toBeGreaterThan(90_000);
  },
  "policies.*.session.tombstone": async () => {
    // No upload is forgotten before it would have expired, so it is made to live for a second only.
    const isForgotten = async (tombstone: Parts): Promise<boolean> => {
      const settings = { session: { ttl: "1s", maxLife: "1s", ...tombstone } };
      const { url, folder } = await withPolicy(settings);
      const { body } = await open(url, "/a", 1);
      const path = `/uploads/sessions/${String(body["id"])}`;
      await ask(url, "PUT", `${path}/chunks/0`, { body: Buffer.from("x") });
      await sleep(1100);
      // It sweeps as it starts.
      const next = await run({ policies: policies(folder, settings) }, { folder });
      await sleep(300);
      return (await ask(next.url, "GET", path)).status === 404;
    };
    expect([await isForgotten({ tombstone: "1ms" }), await isForgotten({})]).toEqual([true, false]);
  },
};
