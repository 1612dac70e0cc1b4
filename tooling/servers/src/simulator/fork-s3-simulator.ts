import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { S3Server } from "../storage-server.js";
import type { SimulatorReply, SimulatorRequest } from "./main.js";
import type { S3Simulator, S3SimulatorOptions } from "./s3-simulator.js";

/** A simulator in a process of its own, so that its CPU time is nobody else's. */
export interface ForkedS3Simulator extends S3Simulator {
  readonly pid: number;
}

/**
 * Starts a simulator in a process of its own; from sources where this module is one, else from what was built. It ends with
 * its parent, however that ends.
 */
export async function forkS3Simulator(options: S3SimulatorOptions = {}): Promise<ForkedS3Simulator> {
  const isSource = import.meta.url.endsWith(".ts");
  const main = fileURLToPath(new URL(isSource ? "main.ts" : "main.js", import.meta.url));
  const child = fork(main, [JSON.stringify(options)], {
    execArgv: isSource ? [...sourceArguments()] : [],
    env: environment(),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const server = await greeting(child, exited);
  const ask = asker(child, exited);
  return {
    ...server,
    pid: child.pid ?? -1,
    calls: () => ask("calls") as ReturnType<S3Simulator["calls"]>,
    forgetCalls: async () => void (await ask("forgetCalls")),
    leftovers: () => ask("leftovers") as ReturnType<S3Simulator["leftovers"]>,
    setFaults: async (faults) => void (await ask("setFaults", faults)),
    setClockOffset: async (ms) => void (await ask("setClockOffset", ms)),
    close: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function sourceArguments(): readonly string[] {
  const typescript = createRequire(import.meta.url).resolve("@stowage/config/typescript");
  return ["--import", typescript, "--conditions", "@stowage/source"];
}

/** Without what jest sets for its own children. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _ours, NODE_ENV: _test, ...rest } = process.env;
  return rest;
}

/** The first line that it writes. Rejects, with what it wrote to stderr, where it ends before that. */
async function greeting(child: ChildProcess, exited: Promise<void>): Promise<ServerFacts> {
  let [said, complaints] = ["", ""];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaints = `${complaints}${text}`.slice(-4_000)));
  const line = new Promise<string>((resolve) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("\n")) resolve(said);
    });
  });
  const ended = exited.then(() => Promise.reject(new Error(`the simulator ended: ${complaints}`)));
  return JSON.parse(await Promise.race([line, ended])) as ServerFacts;
}

type ServerFacts = Omit<S3Server, "close"> & Pick<S3Simulator, "virtualHost">;

/** Sends requests over the channel; answers find theirs by a number. */
function asker(
  child: ChildProcess,
  exited: Promise<void>,
): (method: SimulatorRequest["method"], value?: unknown) => Promise<unknown> {
  const waiting = new Map<number, (reply: SimulatorReply) => void>();
  let count = 0;
  child.on("message", (reply: SimulatorReply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  void exited.then(() => {
    for (const [id, settle] of waiting) settle({ id, error: "the simulator has ended" });
  });
  return (method, value = null) =>
    new Promise((resolve, reject) => {
      const id = (count += 1);
      waiting.set(id, (reply) => {
        if (reply.error === undefined) resolve(reply.value);
        else reject(new Error(reply.error));
      });
      child.send({ id, method, value } satisfies SimulatorRequest, (error) => {
        if (error !== null) reject(error);
      });
    });
}
