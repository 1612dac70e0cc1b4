import { expect, test } from "@jest/globals";
import { fromBytes, isUploadError } from "../../src/index.js";
import { createEngine, limitOwners } from "../../src/engine/index.js";
import { memoryDriver, memoryStore } from "../../src/memory/index.js";
import { alice, bob, failure, KiB, pattern, planned, rig } from "./fixture.js";

const policies = [
  { id: "disk", driver: memoryDriver({}) },
  { id: "fast", driver: memoryDriver({}) },
];
const staffOnly = (caller: { readonly groups: readonly string[] }, id: string): boolean =>
  id === "disk" || caller.groups.includes("staff");

test("a policy that is not the caller's looks like one that is not there", async () => {
  const { engine } = rig({ policies, allows: staffOnly });
  const theirs = await failure(engine.as(bob).create({ ...planned(1), policyId: "fast" }));
  const nobodys = await failure(engine.as(bob).create({ ...planned(1), policyId: "none" }));
  expect(theirs.code).toBe("POLICY_NOT_FOUND");
  expect(theirs.message.replace("fast", "none")).toBe(nobodys.message);
  expect((await engine.as(alice).create({ ...planned(1), policyId: "fast" })).policyId).toBe("fast");
});

test("the caller learns only of his policies; the operator of all", () => {
  const { engine } = rig({ policies, allows: staffOnly });
  const ids = (caller: Parameters<typeof engine.as>[0]) =>
    engine
      .as(caller)
      .policies()
      .map(({ id }) => id);
  expect(ids(bob)).toEqual(["disk"]);
  expect(ids(alice)).toEqual(["disk", "fast"]);
  expect(ids({ owner: null, groups: [] })).toEqual(["disk", "fast"]);
});

test("a rule whose policies are not the caller's does not match him", async () => {
  const routing = [{ when: {}, use: [{ policyId: "fast", weight: 1 }] }];
  const { engine } = rig({ policies, allows: staffOnly, routing });
  expect(engine.as(alice).policyFor("/a").id).toBe("fast");
  expect(engine.as(bob).policyFor("/a").id).toBe("disk");
});

test("who may use no policy uploads nothing", async () => {
  const { engine } = rig({ policies, allows: () => false });
  expect((await failure(engine.as(bob).create(planned(1)))).code).toBe("POLICY_NOT_FOUND");
  expect(engine.as(bob).policies()).toEqual([]);
});

test("activity counts what is on its way, and tells which policy failed", async () => {
  const { engine, uploads } = rig();
  const session = await uploads.create(planned(4 * KiB));
  let seen = 0;
  const stream = async function* () {
    yield pattern(KiB);
    seen = engine.activity().writes;
    yield pattern(3 * KiB);
  };
  await uploads.write(session.id, { index: 0 }, { size: 4 * KiB, oneShot: true, stream });
  expect(seen).toBe(1);
  expect(engine.activity()).toEqual({ writes: 0, completions: 0, policies: [{ id: "disk", isHealthy: true }] });
});

function clockAt(now: { ms: number }) {
  return { now: () => now.ms, sleep: async () => {} };
}

test("uploads and calls are limited for each owner, and refill", async () => {
  const now = { ms: 0 };
  const bare = createEngine({ store: memoryStore(), policies, timing: { sweepEveryMs: 0 } });
  const engine = limitOwners(bare, { uploadsPerMinute: 2, callsPerMinute: 5 }, clockAt(now));
  const make = (path: string) => engine.as({ ...alice }).create(planned(1, path));
  await make("/1");
  await make("/2");
  const error = await failure(make("/3"));
  expect([error.code, error.retry, error.details]).toEqual(["RATE_LIMITED", "same", { retryAfterMs: 30_000 }]);
  await engine.as(bob).create(planned(1, "/3"));
  await engine.as(alice).usage();
  await engine.as(alice).usage();
  expect((await failure(engine.as(alice).usage())).code).toBe("RATE_LIMITED");
  now.ms += 30_000;
  await make("/3");
  expect((await failure(make("/4"))).code).toBe("RATE_LIMITED");
  await bare.close();
});

test("bodies at once are limited for each owner; the operator is not", async () => {
  const bare = createEngine({ store: memoryStore(), policies, timing: { sweepEveryMs: 0 } });
  const engine = limitOwners(bare, { writesAtOnce: 1, uploadsPerMinute: 100 });
  const [first, second] = await Promise.all(["/1", "/2"].map((path) => engine.as(alice).create(planned(4, path))));
  let inner: unknown = null;
  const stream = async function* () {
    inner = await engine
      .as(alice)
      .write(second?.id ?? "", { index: 0 }, fromBytes(new Uint8Array(4)))
      .catch((error: unknown) => (isUploadError(error) ? error.code : error));
    await engine.as({ owner: null, groups: [] }).write(second?.id ?? "", { index: 0 }, fromBytes(new Uint8Array(4)));
    yield new Uint8Array(4);
  };
  await engine.as(alice).write(first?.id ?? "", { index: 0 }, { size: 4, oneShot: true, stream });
  expect(inner).toBe("RATE_LIMITED");
  expect((await engine.as(alice).status(second?.id ?? "")).session.state).toBe("completed");
  await bare.close();
});
