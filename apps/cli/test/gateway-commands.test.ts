import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killAll, objectsOf, runCli } from "./processes/cli-process.js";
import type { CliOptions, Ended } from "./processes/cli-process.js";
import { startServe } from "./processes/gateway.js";

// Each command is a process, and some machines are slow.
jest.setTimeout(60_000);

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-cli-"));
});
afterEach(async () => {
  await killAll();
  await rm(folder, { recursive: true });
});

const cli = (given: readonly string[], options: CliOptions = {}): Promise<Ended> =>
  runCli(given, { cwd: folder, ...options });

const addAlice = (input = "correct horse"): Promise<Ended> =>
  cli(["user", "add", "alice", "--email", "alice@files.example", "--quota", "1 MiB", "--password-stdin"], {
    input: `${input}\n`,
  });

describe("users", () => {
  test("are added, listed, disabled, enabled and removed", async () => {
    expect(await addAlice()).toMatchObject({ code: 0, stdout: "alice: added\n", stderr: "" });
    expect(await addAlice()).toMatchObject({ code: 1, stderr: "stowage: alice: taken\n" });
    const { stdout } = await cli(["user", "list"]);
    expect(stdout).toMatch(/^NAME +EMAIL +GROUPS +QUOTA +STATE\nalice +alice@files.example +1.00 MiB\n$/);
    expect(stdout).not.toContain("scrypt");
    expect(await cli(["user", "disable", "alice"])).toMatchObject({ code: 0, stdout: "alice: disabled\n" });
    expect(objectsOf(await cli(["user", "list", "--json"]))).toMatchObject([{ owner: "alice", isDisabled: true }]);
    expect(await cli(["user", "enable", "alice"])).toMatchObject({ code: 0, stdout: "alice: enabled\n" });
    expect(objectsOf(await cli(["user", "list", "--json"]))).toMatchObject([{ owner: "alice", isDisabled: false }]);
    expect(await cli(["user", "remove", "alice"])).toMatchObject({ code: 0 });
    expect(await cli(["user", "remove", "alice"])).toMatchObject({ code: 1, stderr: "stowage: alice: no such user\n" });
  });

  test("are in groups that there are: a wrong name would lift every limit", async () => {
    const add = ["user", "add", "bob", "--email", "b@c.example", "--password-stdin", "--group", "guests"];
    const unknown = await cli(add, { input: "correct horse\n" });
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain("no group guests; tell the configuration with --config");
    await writeFile(join(folder, "stowage.yaml"), "groups: { guests: { quota: 1 GiB } }\n");
    expect(await cli([...add, "--config", "stowage.yaml"], { input: "correct horse\n" })).toMatchObject({ code: 0 });
    expect(objectsOf(await cli(["user", "list", "--json"]))).toMatchObject([{ owner: "bob", groups: ["guests"] }]);
  });

  test("have passwords that are long enough, and that nobody has to type where nobody can", async () => {
    expect(await addAlice("short")).toMatchObject({ code: 1 });
    const asked = await cli(["user", "add", "bob", "--email", "b@c.example"]);
    expect(asked).toMatchObject({ code: 2 });
    expect(asked.stderr).toContain("--password-stdin");
    await addAlice();
    const changed = await cli(["user", "password", "alice", "--password-stdin"], { input: "battery staple" });
    expect(changed).toMatchObject({ code: 0, stdout: "alice: password changed\n" });
    const nobody = await cli(["user", "password", "bob", "--password-stdin"], { input: "battery staple" });
    expect(nobody).toMatchObject({ code: 1, stderr: "stowage: bob: no such user\n" });
  });

  test("have tokens with which their programs upload, until they are removed", async () => {
    await addAlice();
    const token = (await cli(["user", "token", "add", "alice", "--label", "laptop"])).stdout.trim();
    expect(token).toMatch(/^stowage_/);
    const gateway = await startServe(["--port", "0"], folder);
    await writeFile(join(folder, "a.txt"), "hello");
    const env = { STOWAGE_URL: gateway.to, STOWAGE_TOKEN: token, XDG_STATE_HOME: join(folder, "state") };
    expect(await cli(["upload", "a.txt"], { env })).toMatchObject({ code: 0 });
    await writeFile(join(folder, "large.bin"), Buffer.alloc(2 ** 20));
    const large = await cli(["upload", "large.bin"], { env });
    expect(large).toMatchObject({ code: 1 });
    expect(large.stderr).toContain("quota");
    const [listed] = objectsOf(await cli(["user", "token", "list", "alice", "--json"]));
    expect(listed).toMatchObject({ owner: "alice", label: "laptop" });
    expect(JSON.stringify(listed)).not.toContain(token);
    expect(await cli(["user", "token", "remove", String(listed?.["id"])])).toMatchObject({ code: 0 });
    expect(await cli(["files", "list"], { env })).toMatchObject({ code: 4 });
  });
});

describe("check", () => {
  test("finds nothing wrong with what is right", async () => {
    const ended = await cli(["check"], { env: { LANG: "C.UTF-8" } });
    expect(ended).toMatchObject({ code: 0, stdout: "✓ configuration\n✓ policy default (local)\n", stderr: "" });
  });

  test("tells each mistake of the configuration", async () => {
    await writeFile(join(folder, "stowage.yaml"), "policies: { disk: { driver: lokal } }\nlisten: { port: x }\n");
    const ended = await cli(["check", "--config", "stowage.yaml"]);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/policies\.disk\.driver: .*local/);
    expect(ended.stdout).toContain("listen.port: ");
    const [told] = objectsOf(await cli(["check", "--config", "stowage.yaml", "--json"]));
    expect(told).toMatchObject({ event: "config", isRight: false });
    expect(told?.["issues"]).toHaveLength(2);
  });

  test("tells what is wrong with a backend, and its mend", async () => {
    await writeFile(join(folder, "file"), "");
    const config =
      "policies: { disk: { driver: local, options: { root: file } }, good: { driver: local, options: { root: ok } } }";
    await writeFile(join(folder, "stowage.yaml"), config);
    const ended = await cli(["check", "--config", "stowage.yaml"]);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/! policy disk \(local\)\n {4}error .+\n {6}mend: \w+/);
    expect(ended.stdout).toContain("+ policy good (local)\n");
    const told = objectsOf(await cli(["check", "--config", "stowage.yaml", "--json"]));
    expect(told).toMatchObject([{ isRight: true }, { policy: "disk" }, { policy: "good", findings: [] }]);
  });
});

test("sweep ends what has expired, and says how much", async () => {
  const config = "policies: { disk: { driver: local, options: { root: files }, session: { ttl: 1s } } }";
  await writeFile(join(folder, "stowage.yaml"), config);
  const gateway = await startServe(["--config", "stowage.yaml", "--port", "0"], folder);
  await fetch(`${gateway.to}/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ path: "/unfinished.bin", size: 10 }),
  });
  await gateway.stop("SIGKILL");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const swept = await cli(["sweep", "--config", "stowage.yaml", "--json"]);
  expect(swept).toMatchObject({ code: 0 });
  expect(objectsOf(swept)).toMatchObject([{ event: "swept", aborted: 1, completed: 0, collected: 0, failed: 0 }]);
  expect((await cli(["sweep", "--config", "stowage.yaml"])).stdout).toBe(
    "0 ended, 0 finished, 0 objects removed, 0 left for the next sweep\n",
  );
});
