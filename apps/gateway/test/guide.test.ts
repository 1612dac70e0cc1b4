import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gatewayProcess, killAll } from "./gateway-process.js";
import { ask, open, signIn, upload } from "./running-gateway.js";
import type { Parts } from "./running-gateway.js";

// Passwords take a while to hash, longer where others use the machine.
jest.setTimeout(60_000);

const mebi = 1024 * 1024;
const guide = await readFile(join(import.meta.dirname, "../../../docs/guide/configuration.md"), "utf8");
const [, configuration = ""] = /```yaml\n([^]*?)```/.exec(guide) ?? [];
const ciToken = randomBytes(32).toString("base64url");

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-guide-"));
  await writeFile(join(folder, "stowage.yaml"), configuration);
});
afterEach(async () => {
  await killAll();
  await rm(folder, { recursive: true });
});

const start = (environment: Readonly<Record<string, string>>): ReturnType<typeof gatewayProcess> =>
  gatewayProcess(["--config", "stowage.yaml", "--port", "0"], environment, folder);

async function tokenOf(url: string, email: string, password: string): Promise<string> {
  const { body } = await signIn(url, email, password);
  return (body["data"] as { token: { access_token: string } }).token.access_token;
}

describe("the guide's configuration, as written", () => {
  test("serves both users, each with his own quota, policies and files", async () => {
    const url = await start({ CI_TOKEN: ciToken }).ready;
    const alice = { token: await tokenOf(url, "alice@example.com", "correct horse battery") };
    const bob = { token: await tokenOf(url, "bob@example.com", "staple and more") };
    const ci = { token: ciToken };
    const file = randomBytes(9 * mebi);

    for (const [someone, name] of [
      [alice, "/of-alice"],
      [bob, "/of-bob"],
      [ci, "/of-ci"],
    ] as const) {
      const { body } = await open(url, name, file.byteLength, {}, someone);
      const [id, size] = [String(body["id"]), Number(body["chunkSize"])];
      expect(body).toMatchObject({ policy: "disk", chunkCount: 2, parallel: 4 });
      const chunks = [1, 0].map((index) => file.subarray(index * size, (index + 1) * size));
      await ask(url, "PUT", `/uploads/sessions/${id}/chunks/1`, { ...someone, body: chunks[0] ?? Buffer.of() });
      const last = await ask(url, "PUT", `/uploads/sessions/${id}/chunks/0`, {
        ...someone,
        body: chunks[1] ?? Buffer.of(),
      });
      expect(last.body).toMatchObject({ completed: true });
      const listed = (await ask(url, "GET", "/uploads/files?folder=/", someone)).body["files"] as Parts[];
      expect(listed.map((each) => each["path"])).toEqual([name]);
    }

    expect((await ask(url, "GET", "/uploads/usage", bob)).body).toMatchObject({ limit: 20 * mebi, stored: 9 * mebi });
    expect((await open(url, "/too-much", 12 * mebi, {}, bob)).body).toMatchObject({ code: "QUOTA_EXCEEDED" });
    expect((await open(url, "/enough", 11 * mebi, {}, bob)).status).toBe(201);
    expect((await ask(url, "GET", "/uploads/usage", alice)).body).toMatchObject({ limit: 100 * 1024 * mebi });

    const policiesOf = async (someone: { token: string }): Promise<unknown> =>
      ((await ask(url, "GET", "/uploads/policies", someone)).body["policies"] as Parts[]).map(({ id }) => id);
    expect(await policiesOf(alice)).toEqual(["disk", "fast", "pictures"]);
    expect(await policiesOf(bob)).toEqual(["disk", "pictures"]);
    expect((await open(url, "/big", mebi, { policy: "fast" }, bob)).body).toMatchObject({ code: "POLICY_NOT_FOUND" });
    expect((await open(url, "/big", mebi, { policy: "fast" }, alice)).body).toMatchObject({ policy: "fast" });
  });

  test("routes pictures and large files", async () => {
    const url = await start({ CI_TOKEN: ciToken, FAST_DISK: join(folder, "nvme") }).ready;
    const ci = { token: ciToken };
    const picture = { contentType: "image/png" };
    expect((await open(url, "/pictures/a.png", 5, picture, ci)).body).toMatchObject({ policy: "pictures" });
    expect((await open(url, "/pictures/a.gif", 5, { contentType: "image/gif" }, ci)).body).toMatchObject({
      code: "NAME_REFUSED",
    });
    const large = await Promise.all(
      Array.from({ length: 40 }, (_, index) => open(url, `/large/${index}`, 100 * mebi, {}, ci)),
    );
    const used = new Set(large.map(({ body }) => body["policy"]));
    expect(used).toEqual(new Set(["fast", "disk"]));
    await upload(url, "/fast", Buffer.from("x"), ci);
    const chosen = await open(url, "/on-nvme", 1, { policy: "fast" }, ci);
    await ask(url, "PUT", `/uploads/sessions/${String(chosen.body["id"])}/chunks/0`, { ...ci, body: Buffer.from("x") });
    expect((await readdir(join(folder, "nvme"), { recursive: true })).length).toBeGreaterThan(1);
  }, 30_000);

  test("lets nobody in without a token, and pages of its one origin", async () => {
    const url = await start({ CI_TOKEN: ciToken }).ready;
    expect((await ask(url, "GET", "/uploads/usage")).status).toBe(401);
    const { headers } = await ask(url, "GET", "/uploads/usage", { headers: { origin: "https://app.example" } });
    expect(headers.get("access-control-allow-origin")).toBe("https://app.example");
  });

  test("without its variable ends with 2 before anything is made", async () => {
    expect(await start({}).ended).toEqual({
      code: 2,
      signal: null,
      stdout: "",
      stderr: "stowage: stowage.yaml: identity.tokens[0].token: the environment has no variable CI_TOKEN (line 34)\n",
    });
    expect(await readdir(folder)).toEqual(["stowage.yaml"]);
  });

  test("with the guide's two mistakes tells what the guide shows", async () => {
    const wrong = configuration.replace("size: 16 MiB", "size: 16 XiB").replace("{ fast: 3,", "{ fsat: 3,");
    await writeFile(join(folder, "stowage.yaml"), wrong);
    const { code, stderr } = await start({ CI_TOKEN: ciToken }).ended;
    expect(code).toBe(2);
    expect(guide).toContain(`\`\`\`\n${stderr}\`\`\``);
  });
});
