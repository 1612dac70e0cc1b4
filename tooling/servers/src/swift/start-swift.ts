import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { closing } from "../process/closing.js";
import { startDaemon } from "../process/daemon.js";
import type { Daemon } from "../process/daemon.js";
import { debianVersion } from "../process/debian-version.js";
import { findProgram } from "../process/find-program.js";
import { freePort } from "../process/free-port.js";
import { listens, untilReady } from "../process/until-ready.js";
import { makeBucket } from "../signed-fetch.js";
import type { S3Server } from "../storage-server.js";
import { swiftBackends, swiftConfig, swiftUser } from "./swift-config.js";
import type { SwiftPorts } from "./swift-config.js";
import { makeRings } from "./make-rings.js";

const programs = ["python3", "memcached", "swift-proxy-server", ...swiftBackends.map((kind) => `swift-${kind}-server`)];

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
  await makeRings(ports, join(folder, "etc"));
  const log = (name: string): string => join(folder, "log", name);
  const env = { SWIFT_DIR: join(folder, "etc") };
  const start = async (program: string, parameters: readonly string[], port: number) => {
    const daemon = await startDaemon(program, parameters, log(program), { env });
    daemons.push(daemon);
    return () => untilReady(daemon, log(program), () => listens(port));
  };
  const server = (kind: "proxy" | (typeof swiftBackends)[number]) =>
    start(`swift-${kind}-server`, [join(folder, "etc", `${kind}.conf`)], ports[kind]);
  const asRoot = username === "root" ? ["-u", "root"] : [];
  const cache = ["-l", "127.0.0.1", "-p", String(ports.memcached), "-m", "64"];
  const behind = [await start("memcached", [...asRoot, ...cache], ports.memcached)];
  for (const kind of swiftBackends) behind.push(await server(kind));
  await Promise.all(behind.map((isReady) => isReady()));
  // The proxy gives up for a while on a backend that refused it: it starts when all listen.
  const isReady = await server("proxy");
  await isReady();
  const endpoint = `http://127.0.0.1:${ports.proxy}`;
  return { endpoint, region: "us-east-1", bucket: "stowage", ...swiftUser };
}

async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
