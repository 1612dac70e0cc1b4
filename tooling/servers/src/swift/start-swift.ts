import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { closing } from "../process/closing.js";
import { startDaemon } from "../process/daemon.js";
import type { Daemon } from "../process/daemon.js";
import { debianVersion } from "../process/debian-version.js";
import { findProgram } from "../process/find-program.js";
import { freePort } from "../process/free-port.js";
import { runProgram } from "../process/run-program.js";
import { answers, untilReady } from "../process/until-ready.js";
import { makeBucket } from "../signed-fetch.js";
import type { S3Server } from "../storage-server.js";
import { swiftBackends, swiftConfig, swiftUser } from "./swift-config.js";
import type { SwiftPorts } from "./swift-config.js";

const programs = [
  "swift-ring-builder",
  "memcached",
  "swift-proxy-server",
  ...swiftBackends.map((kind) => `swift-${kind}-server`),
];

/** Version of the installed OpenStack Swift; `null` where not all that `startSwift` needs is installed. */
export function swiftVersion(): string | null {
  return programs.every((name) => findProgram(name) !== null) ? debianVersion("swift-proxy") : null;
}

/**
 * Starts OpenStack Swift with s3api: one node, one copy, its data on disk in a folder for temporary files (which must be on a
 * file system with extended attributes). Takes about five seconds.
 *
 * Debian: `apt-get install swift-proxy swift-account swift-container swift-object memcached`
 */
export async function startSwift(): Promise<S3Server> {
  const version = swiftVersion();
  if (version === null) throw new Error(`OpenStack Swift is not installed: ${programs.join(", ")}`);
  const folder = await mkdtemp(join(tmpdir(), "swift-"));
  const daemons: Daemon[] = [];
  const close = closing(daemons, folder);
  try {
    const server = { ...(await startAll(folder, daemons)), name: `swift ${version}`, close };
    await makeBucket(server);
    return server;
  } catch (error) {
    await close();
    throw error;
  }
}

async function startAll(folder: string, daemons: Daemon[]): Promise<Omit<S3Server, "name" | "close">> {
  const [proxy, account, container, object, memcached] = await freePorts(5);
  const ports = { proxy, account, container, object, memcached } as SwiftPorts;
  for (const name of ["etc", "srv/sda1", "run", "cache", "log"]) await mkdir(join(folder, name), { recursive: true });
  const { username } = userInfo();
  for (const [name, text] of Object.entries(swiftConfig(folder, username, ports))) {
    await writeFile(join(folder, "etc", name), text);
  }
  await Promise.all(swiftBackends.map((kind) => makeRing(kind, ports[kind], join(folder, "etc"))));
  const log = (name: string): string => join(folder, "log", name);
  const asRoot = username === "root" ? ["-u", "root"] : [];
  daemons.push(
    await startDaemon(
      "memcached",
      [...asRoot, "-l", "127.0.0.1", "-p", String(ports.memcached), "-m", "64"],
      log("memcached"),
    ),
  );
  const env = { SWIFT_DIR: join(folder, "etc") };
  for (const kind of [...swiftBackends, "proxy"]) {
    daemons.push(await startDaemon(`swift-${kind}-server`, [join(folder, "etc", `${kind}.conf`)], log(kind), { env }));
  }
  const endpoint = `http://127.0.0.1:${ports.proxy}`;
  const last = daemons.at(-1);
  if (last !== undefined) await untilReady(last, log("proxy"), () => answers(`${endpoint}/healthcheck`, 200));
  return { endpoint, region: "us-east-1", bucket: "stowage", ...swiftUser };
}

async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

/** Which node has what: everything the one. */
async function makeRing(kind: string, port: number, folder: string): Promise<void> {
  const build = (...parameters: string[]): Promise<string> =>
    runProgram("swift-ring-builder", [`${kind}.builder`, ...parameters], { cwd: folder });
  await build("create", "2", "1", "0");
  await build("add", `r1z1-127.0.0.1:${port}/sda1`, "1");
  // Exits with 1 where it has something to warn of, and a ring of one node is that.
  await build("rebalance").catch(() => "");
}
