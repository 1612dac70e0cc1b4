import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
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
import { cephConfig } from "./ceph-config.js";

const programs = ["monmaptool", "ceph-mon", "ceph-osd", "ceph", "radosgw", "radosgw-admin"];
const user = { accessKeyId: "stowagekey", secretAccessKey: "stowagesecret0123456789" };

/** Version of the installed Ceph; `null` where not all that `startCeph` needs is installed. */
export function cephVersion(): string | null {
  return programs.every((name) => findProgram(name) !== null) ? debianVersion("radosgw") : null;
}

/**
 * Starts Ceph with its gateway for S3: one monitor, one store. Every byte ever uploaded stays in memory, up to 6 GiB: start
 * a new one for each suite. Takes about five seconds.
 *
 * Debian: `apt-get install ceph-mon ceph-osd radosgw ceph-common`
 */
export async function startCeph(): Promise<S3Server> {
  const version = cephVersion();
  if (version === null) throw new Error(`Ceph is not installed: ${programs.join(", ")}`);
  const folder = await mkdtemp(join(tmpdir(), "ceph-"));
  const daemons: Daemon[] = [];
  const close = closing(daemons, folder);
  try {
    const server = { ...(await startAll(folder, daemons)), name: `ceph ${version}`, close };
    await makeBucket(server);
    return server;
  } catch (error) {
    await close();
    throw error;
  }
}

async function startAll(folder: string, daemons: Daemon[]): Promise<Omit<S3Server, "name" | "close">> {
  const ports = { monitor: await freePort(), gateway: await freePort() };
  for (const name of ["mon", "osd", "rgw", "log", "run"]) await mkdir(join(folder, name));
  const id = randomUUID();
  const config = join(folder, "ceph.conf");
  await writeFile(config, cephConfig(folder, id, ports));
  await writeFile(join(folder, "keyring"), "");
  const log = (name: string): string => join(folder, "log", `${name}.out`);
  const start = async (program: string, name: string, isReady: () => Promise<boolean>): Promise<void> => {
    const daemon = await startDaemon(program, ["-c", config, "-n", name, "-f"], log(name));
    daemons.push(daemon);
    await untilReady(daemon, log(name), isReady);
  };
  const ceph = (...parameters: string[]): Promise<string> =>
    runProgram("ceph", ["-c", config, "--connect-timeout", "5", ...parameters]);

  const map = join(folder, "monmap");
  const address = `[v2:127.0.0.1:${ports.monitor}]`;
  await runProgram("monmaptool", ["--create", "--clobber", "--fsid", id, "--addv", "a", address, map]);
  await runProgram("ceph-mon", ["-c", config, "-i", "a", "--mkfs", "--monmap", map]);
  await start("ceph-mon", "mon.a", async () => (await ceph("mon", "stat")) !== "");

  const store = randomUUID();
  await ceph("osd", "new", store);
  await runProgram("ceph-osd", ["-c", config, "-i", "0", "--mkfs", "--osd-uuid", store]);
  await start("ceph-osd", "osd.0", async () => (await ceph("osd", "stat")).includes("1 up"));

  const endpoint = `http://127.0.0.1:${ports.gateway}`;
  const names = ["--uid=stowage", "--display-name=stowage"];
  const keys = [`--access-key=${user.accessKeyId}`, `--secret=${user.secretAccessKey}`];
  await runProgram("radosgw-admin", ["-c", config, "-n", "client.rgw.main", "user", "create", ...names, ...keys]);
  await start("radosgw", "client.rgw.main", () => answers(endpoint));
  return { endpoint, region: "us-east-1", bucket: "stowage", ...user };
}
