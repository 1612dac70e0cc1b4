import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeLock } from "../src/state/take-lock.js";
import { killAll, objectsOf, runCli } from "./processes/cli-process.js";
import type { CliOptions, Ended } from "./processes/cli-process.js";
import { startServe } from "./processes/gateway.js";
import type { TestGateway } from "./processes/gateway.js";

// Each command is a process, and some machines are slow.
jest.setTimeout(60_000);

let home = "";
let folder = "";
let gateway: TestGateway;
const [alice, bob] = ["a".repeat(40), "b".repeat(40)];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "stowage-cli-home-"));
  const config = `
policies: { disk: { driver: local, options: { root: files }, chunks: { size: 64 KiB } } }
mount: { /uploads: native }
identity: { tokens: [{ token: ${alice}, owner: alice }, { token: ${bob}, owner: bob }] }
`;
  await writeFile(join(home, "stowage.yaml"), config);
  gateway = await startServe(["--config", "stowage.yaml", "--port", "0"], home);
});
afterAll(async () => {
  await killAll();
  await rm(home, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-cli-"));
});
afterEach(async () => {
  await cli(["files", "list", "--json"]).then(async (listed) => {
    for (const { path } of objectsOf(listed)) await cli(["files", "remove", String(path)]);
  });
  await rm(folder, { recursive: true });
});

function cli(given: readonly string[], { env, ...more }: CliOptions = {}): Promise<Ended> {
  const usual = { STOWAGE_URL: gateway.to, STOWAGE_TOKEN: alice, XDG_STATE_HOME: join(folder, "state") };
  return runCli(given, { cwd: folder, env: { ...usual, ...env }, ...more });
}

async function write(name: string, text = name): Promise<void> {
  await mkdir(join(folder, name, ".."), { recursive: true });
  await writeFile(join(folder, name), text);
}

const paths = async (of: string): Promise<unknown[]> =>
  objectsOf(await cli(["files", "list", of, "--json"])).map(({ path }) => path);

describe("upload", () => {
  test("puts one file to its name, to a path, or into a folder", async () => {
    await write("a.txt");
    expect((await cli(["upload", "a.txt"])).code).toBe(0);
    expect((await cli(["upload", "a.txt", "--path", "/b.txt"])).code).toBe(0);
    expect((await cli(["upload", "a.txt", "--path", "c/"])).code).toBe(0);
    expect(await paths("/")).toEqual(["/a.txt", "/b.txt", "/c"]);
    expect(await paths("/c")).toEqual(["/c/a.txt"]);
    expect((await cli(["files", "get", "/b.txt", "-o", "-"])).stdout).toBe("a.txt");
  });

  test("takes folders with all that is in them, without links to folders", async () => {
    await write("tree/one");
    await write("tree/deep/two");
    await symlink("one", join(folder, "tree", "link"));
    await symlink("..", join(folder, "tree", "circle"));
    const ended = await cli(["upload", "tree", "--path", "/kept"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("tree/circle: skipped, not a file\n");
    expect(ended.stdout).toMatch(/3 of 3 files, \d+ B in /);
    expect(await paths("/kept/tree")).toEqual(["/kept/tree/deep", "/kept/tree/link", "/kept/tree/one"]);
    expect((await cli(["upload", "tree/", "--path", "/open", "--quiet"])).stdout).toBe("");
    expect(await paths("/open")).toEqual(["/open/deep", "/open/link", "/open/one"]);
  });

  test("of what is there already is done where it is the same, and refused where it is not", async () => {
    await write("a.txt", "one");
    await cli(["upload", "a.txt"]);
    const again = await cli(["upload", "a.txt"]);
    expect(again).toMatchObject({ code: 0, stdout: "a.txt: is at /a.txt already\n" });
    expect(await readdir(join(folder, "state", "stowage"))).toEqual([]);
    await write("a.txt", "two");
    const refused = await cli(["upload", "a.txt"]);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toBe("a.txt: another file is there already: --overwrite replaces it\n");
    expect(await cli(["upload", "a.txt", "--overwrite"])).toMatchObject({ code: 0 });
    expect((await cli(["files", "get", "/a.txt", "-o", "-"])).stdout).toBe("two");
    expect((await cli(["upload", "a.txt", "--overwrite"])).stdout).toBe("a.txt: is at /a.txt already\n");
  });

  test("reads standard input to its end", async () => {
    const input = Buffer.alloc(300_000, "stowage ");
    expect(await cli(["upload", "-", "--path", "/piped.txt"], { input })).toMatchObject({ code: 0, stderr: "" });
    expect((await cli(["files", "get", "/piped.txt", "-o", "-"])).stdout).toBe(input.toString());
    expect((await readdir(tmpdir())).filter((name) => name.startsWith("stowage-stdin-"))).toEqual([]);
    expect(await cli(["upload", "-"], { input })).toMatchObject({ code: 2 });
    expect(await cli(["upload", "-", "x", "--path", "/y"], { input })).toMatchObject({ code: 2 });
  });

  test("goes on with the others when one fails, and ends with 1", async () => {
    await write("a.txt");
    const ended = await cli(["upload", "missing", "a.txt", "--json"]);
    expect(ended.code).toBe(1);
    const objects = objectsOf(ended);
    expect(objects.find(({ event }) => event === "failed")).toMatchObject({ file: "missing", code: "ENOENT" });
    expect(objects.find(({ event }) => event === "done")).toMatchObject({ path: "/a.txt", isVerified: true, size: 5 });
    expect(objects.at(-1)).toMatchObject({ event: "result", files: 2, done: 1, failed: 1, exitCode: 1 });
  });

  test("leaves a file alone that another process uploads", async () => {
    await write("a.txt");
    await cli(["upload", "a.txt"]);
    await write("a.txt", "other");
    const state = join(folder, "state", "stowage");
    // By another process: this one asks for it by way of the same files.
    const { createHash } = await import("node:crypto");
    const name = createHash("sha256").update(`${gateway.to} /a.txt`).digest("hex");
    const release = await takeLock(join(state, `${name}.lock`));
    const ended = await cli(["upload", "a.txt"]);
    expect(ended).toMatchObject({ code: 1, stderr: "a.txt: another stowage on this machine is uploading it\n" });
    await release?.();
    expect(await readdir(state)).toEqual([]);
  });

  test("forgets what nobody went on with for a month", async () => {
    await write("a.txt");
    await write("state/stowage/old.json");
    await write("state/stowage/old.lock", "");
    await write("state/stowage/fresh.json");
    const then = Date.now() / 1000 - 31 * 24 * 3600;
    for (const name of ["old.json", "old.lock"]) await utimes(join(folder, "state/stowage", name), then, then);
    await cli(["upload", "a.txt"]);
    expect(await readdir(join(folder, "state", "stowage"))).toEqual(["fresh.json"]);
  });
});

describe("exit codes", () => {
  test("2: a mistake in the command", async () => {
    await write("a.txt");
    for (const given of [
      [],
      ["nothing"],
      ["upload"],
      ["upload", "a.txt", "--parallel", "0"],
      ["upload", "a.txt", "--files", "x"],
      ["upload", "a.txt", "--to", "files.example"],
      ["upload", "a.txt", "--to", "ftp://files.example"],
      ["upload", "a.txt", "--to", "http://name:password@127.0.0.1/uploads"],
      ["upload", "a.txt", "./a.txt"],
      ["upload", "a.txt", "--token", "two words"],
      ["user", "add", "x"],
      ["serve", "--port", "x"],
      ["serve", "--role", "servant"],
      ["serve", "--role", "slave"],
      ["sweep", "--config", "missing.yaml"],
    ]) {
      const ended = await cli(given);
      expect([given, ended.code]).toEqual([given, 2]);
      expect(ended.stderr).toMatch(/\w/);
      expect(ended.stdout).toBe("");
    }
  });

  test("3: the server cannot be reached", async () => {
    await write("a.txt");
    // Nobody listens where somebody has just stopped to.
    const other = await startServe(["--port", "0", "--data", "other"], folder);
    await other.stop("SIGTERM");
    const ended = await cli(["upload", "a.txt", "--to", other.to]);
    expect(ended).toMatchObject({ code: 3, stdout: "" });
    expect(ended.stderr).toBe(`stowage: no answer from ${other.to}: is it running? (ECONNREFUSED)\n`);
    expect((await cli(["files", "list", "--to", other.to])).code).toBe(3);
    const json = await cli(["files", "list", "--to", other.to, "--json"]);
    expect(json).toMatchObject({ code: 3, stderr: "" });
    expect(objectsOf(json)).toMatchObject([{ event: "error", code: "NETWORK", exitCode: 3 }]);
  });

  test("4: not permitted", async () => {
    await write("a.txt");
    for (const env of [{ STOWAGE_TOKEN: "wrong" }, { STOWAGE_TOKEN: "" }]) {
      const ended = await cli(["upload", "a.txt"], { env });
      expect(ended).toMatchObject({ code: 4, stdout: "" });
      expect(ended.stderr).toContain("--token or STOWAGE_TOKEN");
    }
    expect((await cli(["sessions", "list", "--token", "wrong"])).code).toBe(4);
  });

  test("1: a place where nobody takes uploads, and everything else", async () => {
    await write("a.txt");
    const ended = await cli(["upload", "a.txt", "--to", gateway.to.replace("uploads", "elsewhere")]);
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stderr).toContain("is the path right?");
    expect((await cli(["sessions", "show", "nothing"])).code).toBe(1);
    expect((await cli(["files", "remove", "/nothing"])).code).toBe(1);
  });

  test("0: help and version", async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, "../package.json"), "utf8")) as {
      version: string;
    };
    expect(await cli(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
    for (const command of [["upload"], ["files", "get"], ["user", "token", "add"], ["check"], ["sweep"], ["serve"]]) {
      const ended = await cli([...command, "--help"]);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.stdout).toContain("Examples:\n  $ ");
    }
  });
});

describe("files", () => {
  test("are listed, fetched to their name, not over another file, and removed", async () => {
    await write("a.txt", "content");
    await cli(["upload", "a.txt", "--path", "/sub/"]);
    const listed = await cli(["files", "list"]);
    expect(listed.stdout).toMatch(/^SIZE {2}CHANGED {19}NAME\n {6}\d{4}-\S+ {2}sub\/\n$/);
    const refused = await cli(["files", "get", "/sub/a.txt"]);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain("a.txt is there already: --overwrite replaces it");
    await write("a.txt", "mine");
    const got = await cli(["files", "get", "/sub/a.txt", "--overwrite"]);
    expect(got).toMatchObject({ code: 0 });
    expect(got.stdout).toContain("checksum compared");
    expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("content");
    expect(await cli(["files", "remove", "/sub/"])).toMatchObject({ code: 0, stdout: "/sub: removed\n" });
    expect(await cli(["files", "list"])).toMatchObject({ code: 0, stdout: "nothing there\n" });
  });

  test("that came in part go on there, and are compared", async () => {
    const text = "0123456789".repeat(20_000);
    await write("a.txt", text);
    await cli(["upload", "a.txt"]);
    const [info] = objectsOf(await cli(["files", "list", "--json"]));
    const part = `out.${String(info?.["version"])}.part`;
    await write(part, text.slice(0, 123_456));
    const got = await cli(["files", "get", "/a.txt", "-o", "out", "--json"]);
    expect(objectsOf(got)).toMatchObject([{ event: "done", resumedAt: 123_456, isVerified: true }]);
    expect(await readFile(join(folder, "out"), "utf8")).toBe(text);
    await write(part, `X${text.slice(1, 100)}`);
    const wrong = await cli(["files", "get", "/a.txt", "-o", "out", "--overwrite", "--json"]);
    expect(wrong.code).toBe(1);
    expect(objectsOf(wrong)).toMatchObject([{ event: "error", code: "CHECKSUM_MISMATCH" }]);
    expect((await readdir(folder)).toSorted()).toEqual(["a.txt", "out", "state"]);
  });

  test("of others are not there", async () => {
    await write("a.txt");
    await cli(["upload", "a.txt"]);
    const ended = await cli(["files", "get", "/a.txt", "-o", "x"], { env: { STOWAGE_TOKEN: bob } });
    expect(ended).toMatchObject({ code: 1, stderr: "stowage: no such file\n" });
    expect(await cli(["files", "list"], { env: { STOWAGE_TOKEN: bob } })).toMatchObject({ stdout: "nothing there\n" });
  });
});

test("sessions are listed, shown and aborted", async () => {
  const made = await fetch(`${gateway.to}/sessions`, {
    method: "POST",
    headers: { authorization: `Bearer ${alice}`, "content-type": "application/json" },
    body: JSON.stringify({ path: "/unfinished.bin", size: 200_000 }),
  });
  const { id } = (await made.json()) as { id: string };
  const listed = await cli(["sessions", "list"]);
  expect(listed.stdout).toMatch(/^ID +STATE +STORED +SIZE +EXPIRES +PATH\n/);
  expect(listed.stdout).toContain(`${id}  open   0 B     195 KiB  `);
  const shown = await cli(["sessions", "show", id]);
  expect(shown.stdout).toMatch(/^CHUNKS {3}4 of 64.0 KiB\nMISSING {2}0-3$/m);
  await write("unfinished.bin");
  const busy = await cli(["upload", "unfinished.bin"]);
  expect(busy.stderr).toContain(`stowage sessions abort ${id}`);
  expect(await cli(["sessions", "abort", id])).toMatchObject({ code: 0, stdout: `${id}: aborted\n` });
  expect(await cli(["sessions", "list"])).toMatchObject({ stdout: "no unfinished uploads\n" });
  const all = objectsOf(await cli(["sessions", "list", "--all", "--json"]));
  expect(all.find((session) => session["id"] === id)).toMatchObject({ state: "aborted", error: { reason: "client" } });
  expect((await cli(["upload", "unfinished.bin"])).code).toBe(0);
});
