import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPolicies, closePolicies, makePolicies } from "../src/open-policies.js";
import { openEngine } from "../src/open-engine.js";
import { durabilityOf } from "../src/open-store.js";
import { load } from "./config/written-config.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-policies-"));
  await writeFile(join(folder, "file"), "");
});
afterEach(() => rm(folder, { recursive: true }));

const configured = (roots: Readonly<Record<string, string>>, durability = "process"): ReturnType<typeof load> => {
  const policies = Object.entries(roots).map(([id, name]) => {
    return [id, { driver: "local", options: { root: join(folder, name), durability } }] as const;
  });
  return load(JSON.stringify({ data: join(folder, "data"), policies: Object.fromEntries(policies) }));
};

describe("backends that are not fit", () => {
  test("are all told, each with its policy and its mend, and no database is made", async () => {
    const config = await configured({ good: "good", one: "file/one", two: "file/two" });
    const { message } = await openEngine(config).then(
      () => ({ message: "" }),
      (error: Error) => error,
    );
    expect(message).toMatch(
      /policy one cannot be used: root: .*: create it,.*; policy two cannot be used: root: .*: create it,/,
    );
    expect(message).not.toContain("policy good");
    expect(await readdir(join(folder, "data"))).not.toContain("stowage.db");
  });

  test("are findings for whoever only asks", async () => {
    const policies = await makePolicies(await configured({ good: "good", bad: "file/bad" }), {});
    const found = await checkPolicies(policies, new AbortController().signal);
    await closePolicies(policies);
    expect(found).toMatchObject([
      { policyId: "good", driver: "local" },
      { policyId: "bad", findings: [{ severity: "error", subject: "root" }] },
    ]);
    expect(found[0]?.findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

test("an engine without a gateway sweeps and closes, beside another on the same data", async () => {
  const config = await configured({ a: "a" });
  const [one, two] = [await openEngine(config), await openEngine(config)];
  expect(await two.engine.sweep()).toEqual({ aborted: 0, completed: 0, collected: 0, failed: 0 });
  await two.engine.close();
  const { id } = await one.engine.as({ owner: "alice", groups: [] }).create({
    policyId: null,
    protocol: "test",
    path: "/a",
    size: 0,
    framing: "planned",
    completion: "explicit",
  });
  expect(id).not.toBe("");
  await one.engine.close();
});

test("sessions are as durable as the most durable policy", async () => {
  expect(durabilityOf(await configured({ a: "a" }, "disk"))).toBe("disk");
  expect(durabilityOf(await configured({ a: "a" }))).toBe("process");
});
