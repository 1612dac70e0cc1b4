import { expect } from "@jest/globals";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryOf } from "../../src/memory-of.js";
import { openEngine } from "../../src/open-engine.js";
import { load, passwordHash } from "../config/written-config.js";
import { ask, open, run, signIn } from "../running-gateway.js";
import type { Parts } from "../running-gateway.js";
import { aliceToken, people, policies } from "./proof.js";
import type { Proofs } from "./proof.js";

const email = "alice@example.com";
const password = "correct horse battery";
const groups = { staff: { quota: 42 } };

/** A gateway with one user, and what becomes of his sign-in. */
async function signedIn(
  user: Parts,
  given = { email, password },
): Promise<{ url: string; code: unknown; token: string }> {
  const { url } = await run({ users: { alice: { email, password: passwordHash, ...user } }, groups });
  const { body } = await signIn(url, given.email, given.password);
  const { token } = (body["data"] ?? {}) as { token?: { access_token: string } };
  return { url, code: body["code"], token: token?.access_token ?? "" };
}

async function limitOf(user: Parts): Promise<unknown> {
  const { url, token } = await signedIn(user);
  return (await ask(url, "GET", "/uploads/usage", { token })).body["limit"];
}

async function policiesOf(settings: Parts): Promise<unknown> {
  const { url } = await run((folder) => ({ ...people, policies: policies(folder), groups: { staff: settings } }));
  const { body } = await ask(url, "GET", "/uploads/policies", { token: aliceToken });
  return (body["policies"] as { id: string }[]).map(({ id }) => id);
}

export const peopleProofs: Proofs = {
  "users.*.email": async () => {
    expect((await signedIn({})).code).toBe(0);
    expect((await signedIn({ email: "other@example.com" })).code).not.toBe(0);
  },
  "users.*.password": async () => {
    expect((await signedIn({})).code).toBe(0);
    expect((await signedIn({}, { email, password: "another password" })).code).not.toBe(0);
  },
  "users.*.groups": async () => {
    expect([await limitOf({ groups: ["staff"] }), await limitOf({})]).toEqual([42, null]);
  },
  "users.*.quota": async () => {
    expect(await limitOf({ quota: "1 KiB", groups: ["staff"] })).toBe(1024);
    const { url, token } = await signedIn({ quota: 5 });
    expect((await open(url, "/a", 6, {}, { token })).body).toMatchObject({ code: "QUOTA_EXCEEDED" });
    expect((await open(url, "/a", 5, {}, { token })).status).toBe(201);
  },
  "users.*.nickname": async () => {
    const nameOf = async (user: Parts): Promise<unknown> => {
      const { url, token } = await signedIn(user);
      return ((await ask(url, "GET", "/api/v4/user/me", { token })).body["data"] as Parts)["nickname"];
    };
    expect([await nameOf({ nickname: "Alice A." }), await nameOf({})]).toEqual(["Alice A.", "alice"]);
  },
  "users.*.disabled": async () => {
    expect((await signedIn({ disabled: true })).code).not.toBe(0);
  },
  "groups.*.quota": async () => {
    const limit = async (settings: Parts): Promise<unknown> => {
      const { url } = await run({ ...people, groups: { staff: settings } });
      return (await ask(url, "GET", "/uploads/usage", { token: aliceToken })).body["limit"];
    };
    expect([await limit({ quota: "1 KiB" }), await limit({})]).toEqual([1024, null]);
  },
  "groups.*.policies": async () => {
    expect([await policiesOf({ policies: ["b"] }), await policiesOf({})]).toEqual([["b"], ["a", "b"]]);
    const { url } = await run((folder) => ({
      ...people,
      policies: policies(folder),
      groups: { staff: { policies: ["b"] } },
    }));
    expect((await open(url, "/x", 1, {}, { token: aliceToken })).body).toMatchObject({ policy: "b" });
    expect((await open(url, "/y", 1, { policy: "a" }, { token: aliceToken })).body).toMatchObject({
      code: "POLICY_NOT_FOUND",
    });
  },
};

export const limitProofs: Proofs = {
  "limits.uploadsPerMinute": async () => {
    const opened = async (limits: Parts): Promise<readonly number[]> => {
      const { url } = await run({ limits });
      return [(await open(url, "/a", 1)).status, (await open(url, "/b", 1)).status];
    };
    expect(await opened({ uploadsPerMinute: 1 })).toEqual([201, 429]);
    expect(await opened({})).toEqual([201, 201]);
  },
  "limits.callsPerMinute": async () => {
    const { url } = await run({ limits: { callsPerMinute: 2 } });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count++) statuses.push((await ask(url, "GET", "/uploads/usage")).status);
    expect(statuses).toEqual([200, 200, 429]);
  },
  "limits.writesAtOnce": async () => {
    expect(await secondWrite({ writesAtOnce: 1 })).toBe(429);
    expect(await secondWrite({})).toBe(200);
  },
  "limits.memory": async () => {
    const { folder } = await run();
    const total = async (memory: string): Promise<number> => {
      const { engine, runtime } = await openEngine(await load(`data: ${folder}/other\nlimits: { ${memory} }`));
      await engine.close();
      return runtime.memory.total;
    };
    expect([await total("memory: 2 MiB"), await total("")]).toEqual([2_097_152, 8_388_608]);
    const elsewhere = "policies: { b: { driver: s3, options: { bucket: films, region: eu-central-1 } } }";
    expect(memoryOf(await load(elsewhere))).toBe(33_554_432);
  },
};

/** The status of a chunk that comes while another of the same owner is on its way. */
async function secondWrite(limits: Parts): Promise<number> {
  const { url } = await run({ limits });
  const [first, second] = [(await open(url, "/a", 2)).body["id"], (await open(url, "/b", 1)).body["id"]];
  const sending = request(`${url}/uploads/sessions/${String(first)}/chunks/0`, {
    method: "PUT",
    headers: { "content-length": 2 },
  });
  sending.on("error", () => {});
  await new Promise((resolve) => sending.write("x", resolve));
  await sleep(200);
  const path = `/uploads/sessions/${String(second)}/chunks/0`;
  const { status } = await ask(url, "PUT", path, { body: Buffer.from("y") });
  sending.destroy();
  return status;
}

export const corsProofs: Proofs = {
  "cors.origins": async () => {
    const allowed = async (cors: Parts, origin: string): Promise<string | null> => {
      const { url } = await run({ cors });
      return (await ask(url, "GET", "/uploads/openapi.json", { headers: { origin } })).headers.get(
        "access-control-allow-origin",
      );
    };
    expect(await allowed({ origins: ["https://a.example"] }, "https://a.example")).toBe("https://a.example");
    expect(await allowed({}, "https://a.example")).toBeNull();
    expect(await allowed({ origins: "*" }, "https://a.example")).toBe("*");
    expect(await allowed({}, "http://localhost:3000")).toBe("http://localhost:3000");
  },
  "cors.credentials": async () => {
    const credentials = async (cors: Parts): Promise<string | null> => {
      const { url } = await run({ cors });
      const { headers } = await ask(url, "GET", "/uploads/openapi.json", { headers: { origin: "http://localhost" } });
      return headers.get("access-control-allow-credentials");
    };
    expect([await credentials({ credentials: true }), await credentials({})]).toEqual(["true", null]);
  },
};
