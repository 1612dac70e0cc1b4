import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BucketAccess } from "./bucket-access.js";
import type { ServerProgram, Subject } from "./subjects.js";

/** A subject's server that listens. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  /** Where uploads are opened: the same, unless that is for another server. */
  readonly openPort: number;
  /** SIGTERM, and SIGKILL where that does not end it within 3 s. */
  stop(): Promise<void>;
}

/** As `npm start` has them; every server gets them, so that none is faster for its flags. */
const nodeFlags = ["--min-semi-space-size=32", "--max-semi-space-size=64"];
const patienceMs = 3_000;
const startPatienceMs = 30_000;

/** With its opener, where it has one. Rejects, with what a server wrote to stderr, where it ends or stays silent. */
export async function startServer(
  subject: Subject,
  folder: string,
  bucket: BucketAccess | null = null,
): Promise<ServerProcess> {
  const server = await startProgram(subject, folder, bucket);
  const { pid, port } = server;
  if (subject.opener === undefined) return { pid, port, openPort: port, stop: server.stop };
  const openerFolder = join(folder, "opener");
  mkdirSync(openerFolder);
  try {
    const opener = await startProgram(subject.opener, openerFolder, port);
    const stop = async (): Promise<void> => void (await Promise.all([opener.stop(), server.stop()]));
    return { pid, port, openPort: opener.port, stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function startProgram<Beside>(
  { program, programArguments }: ServerProgram<Beside>,
  folder: string,
  beside: Beside,
): Promise<Omit<ServerProcess, "openPort">> {
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  const child = spawn(process.execPath, [...nodeFlags, program, ...programArguments(folder, beside)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_ENV: "production", TMPDIR: temporary },
  });
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    const hurry = setTimeout(() => child.kill("SIGKILL"), patienceMs);
    await exited.finally(() => clearTimeout(hurry));
  };
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints = `${complaints}${text}`.slice(-4_000)));
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (): void => reject(new Error(`${program} does not listen: ${complaints}`));
    const late = setTimeout(fail, startPatienceMs);
    void exited.then(fail).finally(() => clearTimeout(late));
    child.once("error", reject);
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said = `${said}${text}`.slice(-4_000);
      const [, found] = /ready at http:\/\/127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      if (found === undefined) return;
      clearTimeout(late);
      resolve(Number(found));
    });
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { pid: child.pid ?? -1, port, stop };
}
