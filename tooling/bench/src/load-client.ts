import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const patienceMs = 300_000;

/** How a subject is spoken to. `whole`: the file comes with the request that opens it. */
export type WireProtocol =
  | "cloudreve"
  | "cloudreve-whole"
  | "image-store"
  | "tus"
  | "tus-whole"
  | "bare"
  | "uploadx"
  | "cloudreve-node";

/** What is sent. Sizes in bytes. */
export interface Load {
  readonly protocol: WireProtocol;
  readonly port: number;
  /** Where uploads are opened. */
  readonly openPort: number;
  readonly size: number;
  readonly chunk: number;
  readonly count: number;
  readonly atOnce: number;
}

/** What a client saw. */
export interface LoadReport {
  readonly seconds: number;
  readonly bytes: number;
  /** Files that were accepted whole. */
  readonly uploads: number;
  readonly failures: number;
  readonly requests: number;
  readonly requestMsMedian: number;
  readonly requestMs99: number;
  readonly clientCpuSeconds: number;
  readonly firstFailure: string;
}

/** A program that sends loads, in a process of its own. */
export interface LoadClient {
  /** For the report: figures of different clients are not to be compared. */
  readonly name: string;
  send(load: Load): Promise<LoadReport>;
  /** Takes and frees memory, so that a VM which gives pages back to its host pays for them before the measurement. */
  touchMemory(mib: number): Promise<void>;
}

/**
 * The client in C where a compiler is found (`cc`), else the one on Node, which costs several times the CPU and slows
 * all servers alike. `folder` takes the program.
 */
export async function loadClient(folder: string, source: string): Promise<LoadClient> {
  const binary = join(folder, "load");
  const code = join(import.meta.dirname, "../client/load.c");
  const compiled = await execute("cc", ["-O2", "-o", binary, code, "-lpthread"]).then(
    () => true,
    () => false,
  );
  return compiled ? nativeClient(binary, source) : nodeClient(source);
}

/** The compiled client at this path. */
export function nativeClient(binary: string, source: string): LoadClient {
  return {
    name: "C, sendfile, a thread for each connection",
    send: (load) => report(binary, argumentsOf(load, source)),
    touchMemory: async (mib) => {
      // Without so much memory to spare the measurement goes on all the same.
      await execute(binary, ["--touch", String(mib)]).catch(() => {});
    },
  };
}

/** The client on Node. */
export function nodeClient(source: string): LoadClient {
  const program = join(import.meta.dirname, "../dist/node-client.js");
  return {
    name: "Node (no C compiler found): it shares the processors with the servers and takes more than they do",
    send: (load) => report(process.execPath, [program, ...argumentsOf(load, source)]),
    touchMemory: async () => {},
  };
}

function argumentsOf({ protocol, port, openPort, size, chunk, count, atOnce }: Load, source: string): string[] {
  const flags = { protocol, port, "open-port": openPort, size, chunk, count, "at-once": atOnce, source };
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

async function report(program: string, given: readonly string[]): Promise<LoadReport> {
  const { stdout } = await execute(program, given, { timeout: patienceMs });
  return JSON.parse(stdout) as LoadReport;
}
