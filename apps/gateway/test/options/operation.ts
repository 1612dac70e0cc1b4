import { expect } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, run } from "../running-gateway.js";
import type { Parts } from "../running-gateway.js";
import { aliceToken, people } from "./proof.js";
import type { Proofs } from "./proof.js";

const token = "scraper-token-of-thirty-two-characters";

async function scraped(parts: Parts, path = "/metrics", shown?: string): Promise<number> {
  const { url } = await run(parts);
  return (await ask(url, "GET", path, shown === undefined ? {} : { token: shown })).status;
}

export const operationProofs: Proofs = {
  metrics: async () => {
    expect([await scraped({}), await scraped({ metrics: "off" })]).toEqual([200, 404]);
    // As closed as uploads are to whoever sits at this machine.
    expect([await scraped(people), await scraped({ identity: { anonymous: "off" } })]).toEqual([404, 404]);
    expect(await scraped({ ...people, metrics: {} })).toBe(200);
    expect(await scraped({ listen: { host: "0.0.0.0" } })).toBe(404);
  },
  "metrics.path": async () => {
    const metrics = { path: "/internal/metrics" };
    expect([await scraped({ metrics }), await scraped({ metrics }, metrics.path)]).toEqual([404, 200]);
    expect(await scraped({ metrics }, `${metrics.path}/below`)).toBe(404);
  },
  "metrics.allow": async () => {
    const statusesOf = async (allow: unknown): Promise<readonly number[]> => {
      const { url } = await run({ ...people, metrics: { allow } });
      const forwarded = await ask(url, "GET", "/metrics", { headers: { "x-forwarded-for": "203.0.113.9" } });
      return [forwarded.status, (await ask(url, "GET", "/metrics")).status];
    };
    expect(await statusesOf("everybody")).toEqual([200, 200]);
    expect(await statusesOf("loopback")).toEqual([403, 200]);
    expect(await statusesOf({ token })).toEqual([401, 401]);
  },
  "metrics.allow.token": async () => {
    const parts = { ...people, metrics: { allow: { token } } };
    const statuses = [await scraped(parts, "/metrics", token), await scraped(parts, "/metrics", `${token}x`)];
    expect(statuses).toEqual([200, 401]);
    expect(await scraped(parts, "/metrics", aliceToken)).toBe(401);
    const { url } = await run(parts);
    expect((await ask(url, "GET", "/metrics")).headers.get("www-authenticate")).toBe("Bearer");
    // It is good for metrics only.
    expect((await ask(url, "GET", "/uploads/usage", { token })).status).toBe(401);
  },
  docs: async () => {
    expect([await scraped({}, "/docs"), await scraped({ docs: "off" }, "/docs")]).toEqual([200, 404]);
    expect(await scraped(people, "/docs")).toBe(200);
  },
  "docs.path": async () => {
    const docs = { path: "/api/reference" };
    expect([await scraped({ docs }, "/docs"), await scraped({ docs }, docs.path)]).toEqual([404, 200]);
  },
};

/** Whether a second chunk is answered while the first is still on its way. */
export async function isAnsweredMeanwhile(url: string, id: string): Promise<boolean> {
  const path = `/uploads/sessions/${id}/chunks`;
  let finish = (): void => {};
  const slow = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(Buffer.from("x"));
      finish = () => {
        controller.enqueue(Buffer.from("y"));
        controller.close();
      };
    },
  });
  const first = fetch(`${url}${path}/0`, { method: "PUT", body: slow, duplex: "half" } as RequestInit);
  await sleep(200);
  const second = ask(url, "PUT", `${path}/1`, { body: Buffer.from("zz") });
  const isAnswered = await Promise.race([second.then(() => true), sleep(500).then(() => false)]);
  finish();
  expect([(await first).status, (await second).status]).toEqual([200, 200]);
  return isAnswered;
}
