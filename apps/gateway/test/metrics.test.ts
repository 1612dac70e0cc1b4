import { afterEach, describe, expect, test } from "@jest/globals";
import { byteBudget } from "@stowage/core";
import fc from "fast-check";
import { readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { watchedBudget } from "../src/metrics/watched-budget.js";
import { aliceToken, bobToken, people, policies } from "./options/proof.js";
import { ask, closeAll, open, run, upload } from "./running-gateway.js";

afterEach(closeAll);

/** Samples of one scrape: `name{labels}` as printed, and its value. */
async function scrape(url: string): Promise<ReadonlyMap<string, number>> {
  const { status, body } = await ask(url, "GET", "/metrics");
  expect(status).toBe(200);
  const lines = String(body["text"])
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

/** What grew, but for histograms' buckets and sums. */
function grown(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Record<string, number> {
  const changes = [...after].filter(([name]) => /^stowage_(?!.*_(bucket|sum)(\{|$))/.test(name));
  return Object.fromEntries(
    changes.flatMap(([name, value]) => {
      const change = value - (before.get(name) ?? 0);
      return change === 0 ? [] : [[name.replace(/^stowage_/, ""), change]];
    }),
  );
}

const metrics = { allow: "loopback" };

describe("metrics", () => {
  test("of an upload that goes well", async () => {
    const { url } = await run({ metrics });
    const before = await scrape(url);
    expect((await upload(url, "/a", Buffer.from("bytes"))).status).toBe(200);
    expect((await ask(url, "GET", "/uploads/files/content?path=/a")).body["text"]).toBe("bytes");
    // The client has all of an answer before the server has heard of it.
    await sleep(50);
    const changes = grown(before, await scrape(url));
    expect(changes).toMatchObject({
      'uploads_created_total{protocol="native",policy="default"}': 1,
      'uploads_completed_total{protocol="native",policy="default"}': 1,
      'completed_bytes_total{protocol="native",policy="default"}': 5,
      chunks_stored_total: 1,
      stored_bytes_total: 5,
      'driver_call_seconds_count{driver="local",policy="default",operation="write"}': 1,
      'driver_call_seconds_count{driver="local",policy="default",operation="complete"}': 1,
      'driver_call_seconds_count{driver="local",policy="default",operation="read"}': 1,
      'http_request_seconds_count{protocol="native",method="POST",status="2xx"}': 1,
      'http_request_seconds_count{protocol="native",method="PUT",status="2xx"}': 1,
      'http_request_seconds_count{protocol="native",method="GET",status="2xx"}': 1,
    });
    expect(changes['http_received_bytes_total{protocol="native"}']).toBeGreaterThanOrEqual(5 + '{"path":"/a"}'.length);
    expect(changes['http_sent_bytes_total{protocol="native"}']).toBeGreaterThan(100);
    expect(Object.keys(changes).filter((name) => /errors|failures|aborted/.test(name))).toEqual([]);
  });

  test("of uploads that end otherwise, by who ended them", async () => {
    const settings = { session: { ttl: "1s", maxLife: "1s" } };
    const { url, folder } = await run((made) => ({ metrics, policies: policies(made, settings) }));
    const { body } = await open(url, "/a", 5);
    await ask(url, "DELETE", `/uploads/sessions/${String(body["id"])}`);
    expect((await scrape(url)).get('stowage_uploads_aborted_total{protocol="native",policy="a",reason="client"}')).toBe(
      1,
    );
    await open(url, "/b", 5);
    await sleep(1100);
    const next = await run({ metrics, policies: policies(folder, settings) }, { folder });
    await sleep(300);
    const after = await scrape(next.url);
    expect(after.get('stowage_uploads_aborted_total{protocol="native",policy="a",reason="expired"}')).toBe(1);
  });

  test("of errors, by code and by the front-end that turned them into its own", async () => {
    const { url } = await run({ ...people, metrics, limits: { uploadsPerMinute: 1 } });
    const before = await scrape(url);
    const token = aliceToken;
    await ask(url, "PUT", "/uploads/sessions/nowhere/chunks/0", { token, body: Buffer.from("x") });
    await ask(url, "GET", "/api/v4/file/upload/nowhere", { token });
    await open(url, "/a", 5, {}, { token });
    await open(url, "/b", 5, {}, { token });
    await ask(url, "PUT", "/api/v4/file/upload", { token, json: { uri: "cloudreve://my/c", size: 5 } });
    await open(url, "/d", 5, {}, { token: bobToken });
    const changes = grown(before, await scrape(url));
    expect(changes).toMatchObject({
      'errors_total{protocol="native",code="SESSION_NOT_FOUND"}': 1,
      'errors_total{protocol="native",code="RATE_LIMITED"}': 1,
      'errors_total{protocol="cloudreve",code="RATE_LIMITED"}': 1,
      'http_request_seconds_count{protocol="native",method="POST",status="4xx"}': 1,
      'uploads_created_total{protocol="native",policy="default"}': 2,
    });
  });

  test("of a backend that fails: its calls, and its health", async () => {
    const { url, folder } = await run((made) => ({ metrics, policies: policies(made) }));
    await upload(url, "/a", Buffer.from("bytes"));
    const before = await scrape(url);
    expect(before.get('stowage_policy_healthy{policy="a"}')).toBe(1);
    await rm(join(folder, "a"), { recursive: true });
    await upload(url, "/b", Buffer.from("bytes"));
    const after = await scrape(url);
    expect(after.get('stowage_policy_healthy{policy="a"}')).toBe(0);
    expect(after.get('stowage_policy_healthy{policy="b"}')).toBe(1);
    const failed = Object.keys(grown(before, after)).filter((name) => name.startsWith("driver_failures_total"));
    expect(failed.join()).toMatch(
      /^driver_failures_total\{driver="local",policy="a",operation="\w+",code="BACKEND_\w+"\}/,
    );
  });

  test("of what is on its way, and of the memory that it takes", async () => {
    const { url } = await run({ metrics });
    const { body } = await open(url, "/a", 1_000_000);
    const sending = request(`${url}/uploads/sessions/${String(body["id"])}/chunks/0`, {
      method: "PUT",
      headers: { "content-length": 1_000_000 },
    });
    sending.on("error", () => {});
    await new Promise((resolve) => sending.write(Buffer.alloc(500_000), resolve));
    await sleep(200);
    const during = await scrape(url);
    expect(during.get("stowage_writes_in_flight")).toBe(1);
    expect(during.get("stowage_memory_budget_bytes")).toBe(8 * 1024 * 1024);
    expect(during.get("stowage_memory_used_bytes")).toBeLessThanOrEqual(8 * 1024 * 1024);
    sending.destroy();
    await sleep(300);
    const after = await scrape(url);
    expect(after.get("stowage_writes_in_flight")).toBe(0);
    expect(after.get("stowage_memory_used_bytes")).toBe(0);
  });

  test("have labels that no client can make", async () => {
    const { url } = await run({ metrics });
    for (const path of ["/nowhere", "/uploads/zz-client", "/api/v4/zz-client"])
      await ask(url, "GET", path, { headers: { "x-request-id": "zz-client" } });
    await open(url, "/zz-client", 5, { policy: "zz-client", metadata: { "zz-client": "zz-client" } });
    await new Promise<void>((resolve) => {
      request(`${url}/uploads/usage`, { method: "PROPFIND" }, (response) => {
        response.resume().once("end", resolve);
      }).end();
    });
    const names = [...(await scrape(url)).keys()];
    expect(names.join("\n")).not.toContain("zz-client");
    expect(names).toContain('stowage_http_request_seconds_count{protocol="none",method="GET",status="4xx"}');
    expect(names.join("\n")).toContain('protocol="native",method="other"');
  });

  test("are in the guide, each of them, with those of the process", async () => {
    const { url } = await run({ metrics });
    const text = String((await ask(url, "GET", "/metrics")).body["text"]);
    const named = [...text.matchAll(/^# TYPE (stowage_\w+)/gm)].map(([, name]) => name);
    const guide = await readFile(join(import.meta.dirname, "../../../docs/guide/operation.md"), "utf8");
    const told = [...guide.matchAll(/^\| `(stowage_\w+)/gm)].map(([, name]) => name);
    expect(told.length).toBe(new Set(told).size);
    expect(new Set(told)).toEqual(new Set(named));
    for (const name of ["process_cpu_seconds_total", "nodejs_eventloop_lag_p99_seconds", "process_open_fds"])
      expect(text).toContain(`\n${name} `);
  });
});

test("two gateways of one process count for themselves", async () => {
  const [one, two] = [await run({ metrics }), await run({ metrics })];
  await upload(one.url, "/a", Buffer.from("x"));
  const created = 'stowage_uploads_created_total{protocol="native",policy="default"}';
  expect((await scrape(one.url)).get(created)).toBe(1);
  expect((await scrape(two.url)).get(created)).toBeUndefined();
});

describe("a watched budget", () => {
  test("knows what is taken and who waits, and serves as the one within", async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("try" as const), bytes: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ kind: fc.constant("take" as const), bytes: fc.integer({ min: 1, max: 120 }) }),
      fc.record({ kind: fc.constant("leave" as const), bytes: fc.constant(0) }),
      fc.record({ kind: fc.constant("give" as const), bytes: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const [plain, watched] = [byteBudget(100), watchedBudget(byteBudget(100))];
        const held: number[] = [];
        const waiting = new Set<AbortController>();
        for (const { kind, bytes } of steps) {
          if (kind === "try") {
            const isTaken = watched.tryTake(bytes);
            expect(isTaken).toBe(plain.tryTake(bytes));
            if (isTaken) held.push(bytes);
          } else if (kind === "take") {
            const leaving = new AbortController();
            waiting.add(leaving);
            plain.take(bytes, leaving).catch(() => {});
            const take = async (): Promise<void> => {
              await watched.take(bytes, leaving);
              held.push(bytes);
            };
            void take()
              .catch(() => {})
              .finally(() => waiting.delete(leaving));
          } else if (kind === "leave") {
            for (const leaving of waiting) leaving.abort(new Error("left"));
          } else {
            const given = held.shift();
            if (given !== undefined) for (const budget of [plain, watched]) budget.give(given);
          }
          await sleep(0);
          expect(watched.used()).toBe(held.reduce((sum, one) => sum + one, 0));
          expect(watched.waiting()).toBe(waiting.size);
        }
      }),
      { numRuns: 50 },
    );
  });
});
