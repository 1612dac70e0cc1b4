// Bootstrap for a machine with only node + npm: fetches the pinned pnpm, installs from the lockfile, runs a root job.
// No dependencies: it must run before node_modules exists. POSIX only, as `npm start` is: without its `exec`, a signal to npm
// ends the shell between and leaves the gateway running.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node >= 20.19 needed, this is ${process.version}`);
  process.exit(1);
}
// Part of every turbo hash (globalEnv): otherwise a run under another Node is served from the cache.
const env = { ...process.env, STOWAGE_NODE: process.version, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };
delete env.npm_config_package; // set when this script itself runs under `npx --package=node@24`
function run(cmd, args) {
  const r = spawnSync(cmd, args, { cwd: root, env, stdio: "inherit" });
  if (r.error) console.error(r.error.message);
  if (r.status !== 0) process.exit(r.status ?? 1);
}
const local = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
// turbo looks for a `pnpm` binary on PATH: the root devDependency `pnpm` supplies it.
env.PATH = `${fileURLToPath(new URL("../node_modules/.bin", import.meta.url))}:${env.PATH}`;

const [job, ...rest] = process.argv.slice(2);
run("npx", ["--yes", `--package=${packageManager}`, "--", "pnpm", "install", "--frozen-lockfile"]);
if (job === "test") {
  run(local("oxfmt"), ["--check", "packages", "apps", "tooling", "docs", "scripts"]);
  run(local("turbo"), ["run", "build", "typecheck", "lint", "test", ...rest]);
}
if (job === "bench") {
  run(local("turbo"), ["run", "build", "--filter=@stowage/bench..."]);
  run(process.execPath, ["tooling/bench/dist/main.js", ...rest]);
}
if (job === "start") {
  run(local("turbo"), ["run", "build", "--filter=@stowage/cli...", "--output-logs=errors-only"]);
  // Straight under node, so that a signal reaches the server (npx -> sh -> pnpm -> sh -> node does not pass SIGTERM on).
  // Pieces of bodies die young where the young generation is large enough, and marking the rest again and again costs more
  // than the upload. Only a command line can say so.
  const flags = ["--min-semi-space-size=32", "--max-semi-space-size=64"];
  const child = spawn(process.execPath, [...flags, "apps/gateway/dist/main.js", ...rest], {
    cwd: root,
    env,
    stdio: "inherit",
  });
  for (const s of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(s, () => child.kill(s));
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
