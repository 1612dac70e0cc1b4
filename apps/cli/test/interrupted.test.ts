import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killAll, objectsOf, runCli, startCli } from "./processes/cli-process.js";
import type { Ended } from "./processes/cli-process.js";
import { cuttingProxy } from "./processes/cutting-proxy.js";
import type { CuttingProxy, Fate } from "./processes/cutting-proxy.js";
import { startServe } from "./processes/gateway.js";
import type { TestGateway } from "./processes/gateway.js";
import { sha256Of, writeRandomFile } from "./processes/random-file.js";

const mib = 1_048_576;
let folder = "";
let gateway: TestGateway;
let proxy: CuttingProxy;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-cli-"));
});
afterEach(async () => {
  await proxy.close();
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

interface Trial {
  readonly files: readonly { readonly name: string; readonly size: number }[];
  readonly chunkSize: number;
  /** Connections to break, of those that carry chunks. */
  readonly cuts: number;
  /** Kills of the command, evenly spread. */
  readonly kills: number;
  readonly rate: number;
}

async function open({ chunkSize, rate }: Trial, nextFate: () => Fate, args: readonly string[] = []): Promise<void> {
  const config = `
policies: { disk: { driver: local, options: { root: ${join(folder, "files")} }, chunks: { size: ${chunkSize}, parallel: 4 } } }
mount: { /uploads: native }
`;
  await writeFile(join(folder, "stowage.yaml"), config);
  gateway = await startServe(["--config", "stowage.yaml", "--port", "0", ...args], folder);
  const fate = (method: string): Fate => (method === "PUT" ? nextFate() : { kind: "through" });
  proxy = await cuttingProxy({ target: gateway.port, fate, rate });
}

/** Every third chunk, until there are enough of them: in the middle of its body, or after it, when only the reply is lost. */
function fates({ cuts, chunkSize }: Trial): () => Fate {
  let [asked, made] = [0, 0];
  return () => {
    asked += 1;
    if (asked % 3 !== 0 || made >= cuts) return { kind: "through" };
    made += 1;
    return made % 3 === 0 ? { kind: "lost-reply" } : { kind: "cut", at: (made * 7919 * 613) % chunkSize };
  };
}

const environment = (): Record<string, string> => ({ XDG_STATE_HOME: join(folder, "state") });

/** Runs the command as often as it takes, killed so often on the way. */
async function uploadThrough(trial: Trial): Promise<Ended> {
  const size = trial.files.reduce((sum, file) => sum + file.size, 0);
  const command = ["upload", ...trial.files.map(({ name }) => name), "--path", "/in/", "--json"];
  const options = { cwd: folder, env: { ...environment(), STOWAGE_URL: `http://127.0.0.1:${proxy.port}/uploads` } };
  for (let kills = 1; kills <= trial.kills; kills += 1) {
    const killed = startCli(command, options);
    const enough = ((size / trial.chunkSize) * kills) / (trial.kills + 1);
    while (proxy.acknowledged < enough) await new Promise((resolve) => setTimeout(resolve, 5));
    killed.kill("SIGKILL");
    expect(await killed.ended).toMatchObject({ signal: "SIGKILL" });
  }
  return runCli(command, options);
}

async function prove(trial: Trial): Promise<void> {
  const sums = new Map<string, string>();
  for (const [seed, { name, size }] of trial.files.entries())
    sums.set(name, await writeRandomFile(join(folder, name), size, seed));
  await open(trial, fates(trial));
  const ended = await uploadThrough(trial);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(objectsOf(ended).at(-1)).toMatchObject({ event: "result", failed: 0, done: trial.files.length });
  expect(proxy.cuts).toBe(trial.cuts);
  for (const [name, sum] of sums) {
    const out = join(folder, `${name}.out`);
    const got = await runCli(["files", "get", `/in/${name}`, "-o", out, "--to", gateway.to], { env: environment() });
    expect(got).toMatchObject({ code: 0, stderr: "" });
    expect(await sha256Of(out)).toBe(sum);
    await rm(out);
  }
  const tallies = [...proxy.chunks.values()];
  const all = trial.files.reduce((sum, { size }) => sum + Math.ceil(size / trial.chunkSize), 0);
  expect(tallies.length).toBeLessThanOrEqual(all);
  // A chunk that the server had when its line was cut, and whose reply nobody saw, need not come again.
  expect(tallies.length).toBeGreaterThanOrEqual(all - trial.cuts - 4 * trial.files.length * trial.kills);
  // A chunk is acknowledged again only where its first reply cannot have been heard: it was in flight.
  expect(tallies.filter(({ acknowledged, unheard }) => acknowledged > 1 + unheard)).toEqual([]);
  const lost = Math.floor(trial.cuts / 3);
  const twice = tallies.filter(({ acknowledged }) => acknowledged > 1).length;
  expect(twice).toBeGreaterThan(0);
  expect(twice).toBeLessThanOrEqual(lost + 4 * trial.files.length * trial.kills);
  // Nothing is left to be remembered.
  expect(await readdir(join(folder, "state", "stowage"))).toEqual([]);
}

describe("an upload", () => {
  test("of 200 MiB in three files survives 24 broken connections and two kills", async () => {
    await prove({
      files: [
        { name: "a.bin", size: 120 * mib + 1 },
        { name: "b.bin", size: 60 * mib },
        { name: "c.bin", size: 20 * mib - 7 },
      ],
      chunkSize: mib,
      cuts: 24,
      kills: 2,
      rate: 20 * mib,
    });
  }, 120_000);

  test("waits for a server that is killed and comes back", async () => {
    const trial: Trial = { files: [], chunkSize: mib, cuts: 0, kills: 0, rate: 8 * mib };
    await writeRandomFile(join(folder, "a.bin"), 24 * mib, 1);
    await open(trial, () => ({ kind: "through" }));
    const { port, to } = gateway;
    const command = startCli(["upload", "a.bin"], { cwd: folder, env: { ...environment(), STOWAGE_URL: to } });
    while ((await readdir(join(folder, "files", "parts")).catch(() => [])).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await gateway.stop("SIGKILL");
    await command.said(/a\.bin: no answer \(ECONN\w+\), again in /);
    gateway = await startServe(["--config", "stowage.yaml", "--port", String(port)], folder);
    const ended = await command.ended;
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("a.bin: 24.0 MiB");
    expect(ended.stdout).toContain("CRC-32 compared");
  }, 60_000);

  test("that is stopped by ^C says how to go on, and goes on there", async () => {
    const trial: Trial = { files: [], chunkSize: mib, cuts: 0, kills: 0, rate: 4 * mib };
    await writeRandomFile(join(folder, "a.bin"), 16 * mib, 1);
    await open(trial, () => ({ kind: "through" }));
    const options = { cwd: folder, env: { ...environment(), STOWAGE_URL: `http://127.0.0.1:${proxy.port}` } };
    const first = startCli(["upload", "a.bin"], options);
    while (proxy.acknowledged < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    first.kill("SIGINT");
    const stopped = await first.ended;
    expect(stopped).toMatchObject({ code: 130 });
    expect(stopped.stderr).toBe("stopped: what was sent is kept; run the same command again to go on\n");
    const listed = await runCli(["sessions", "list", "--json"], options);
    expect(objectsOf(listed)).toMatchObject([{ path: "/a.bin", state: "open" }]);
    const second = await runCli(["upload", "a.bin", "--json"], options);
    expect(second).toMatchObject({ code: 0 });
    const [begun] = objectsOf(second).filter(({ event }) => event === "progress");
    expect(begun?.["sent"]).toBeGreaterThan(0);
    expect([...proxy.chunks.values()].every(({ acknowledged, unheard }) => acknowledged <= 1 + unheard)).toBe(true);
  }, 60_000);
});

const isExtended = process.env["STOWAGE_EXTENDED"] === "1";
(isExtended ? test : test.skip)(
  "an upload of 2 GiB survives ten broken connections and two kills (STOWAGE_EXTENDED=1)",
  async () => {
    await prove({
      files: [{ name: "large.bin", size: 2048 * mib }],
      chunkSize: 8 * mib,
      cuts: 10,
      kills: 2,
      rate: 60 * mib,
    });
  },
  600_000,
);
