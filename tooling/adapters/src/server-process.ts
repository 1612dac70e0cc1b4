import { spawn } from "node:child_process";
import { join } from "node:path";

/** A server as a command: how it is started, and how one sees that it listens. */
export interface ServerProgram {
  readonly cwd: string;
  /** Of the Node that runs the tests. Port: any free one, of 127.0.0.1. */
  readonly arguments: readonly string[];
  /** Its first group is the port, in what the program writes to stdout. */
  readonly ready: RegExp;
  /** More variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it ends with after SIGTERM, where nothing is left open. Default 0. */
  readonly exitCode?: number;
}

/** A server that runs, or ran. */
export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** What it wrote to stderr so far. */
  complaints(): string;
  /** SIGTERM. Resolves with the exit code, `null` where it had to be killed after 10 s or a signal ended it. */
  stop(): Promise<number | null>;
}

/** What the server is given to work with, as `UPLOADS_FOLDER`, `UPLOADS_TOKEN` and `UPLOADS_SIGNING_KEY`. */
export interface ServerSettings {
  readonly folder: string;
  readonly token: string;
  readonly signingKey: string;
}

const startPatienceMs = 30_000;
const stopPatienceMs = 10_000;

/** Resolves when it listens; rejects, with what it wrote to stderr, where it ends before that or takes over 30 s. */
export async function startServer(program: ServerProgram, settings: ServerSettings): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    ["--import", join(import.meta.dirname, "report-uncaught.js"), ...program.arguments],
    { cwd: program.cwd, env: environment(program, settings), stdio: ["ignore", "pipe", "pipe"] },
  );
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  const exited = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (what: string): void => {
      child.kill("SIGKILL");
      reject(new Error(`the server ${what}: ${complaints}`));
    };
    const late = setTimeout(() => fail("does not listen"), startPatienceMs);
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const [, found] = program.ready.exec(said) ?? [];
      if (found === undefined) return;
      clearTimeout(late);
      resolve(Number(found));
    });
    void exited.then(() => fail("ended")).finally(() => clearTimeout(late));
    child.once("error", reject);
  });
  return {
    port,
    pid: child.pid ?? -1,
    complaints: () => complaints,
    stop: async () => {
      child.kill("SIGTERM");
      const hard = setTimeout(() => child.kill("SIGKILL"), stopPatienceMs);
      return exited.finally(() => clearTimeout(hard));
    },
  };
}

/** Without what jest sets for its own children. */
function environment({ env }: ServerProgram, { folder, token, signingKey }: ServerSettings): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _ours, NODE_ENV: _test, ...rest } = process.env;
  return { ...rest, ...env, UPLOADS_FOLDER: folder, UPLOADS_TOKEN: token, UPLOADS_SIGNING_KEY: signingKey };
}
