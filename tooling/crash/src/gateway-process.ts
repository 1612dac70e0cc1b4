import { spawn } from "node:child_process";
import { join } from "node:path";

/** The built program: what a user runs, in a process of its own. */
const program = join(import.meta.dirname, "../../../apps/gateway/dist/main.js");
const startPatienceMs = 30_000;

/** A gateway that runs, or ran. */
export interface GatewayProcess {
  /** Without a slash at the end; another port after each start. */
  readonly url: string;
  readonly pid: number;
  /** Resolves, never rejects, with the exit code; `null`: a signal ended it. */
  readonly exited: Promise<number | null>;
  isRunning(): boolean;
  /** All that it wrote to stderr so far. */
  complaints(): string;
  /** Sent at once; does nothing to one that is gone. */
  signal(name: NodeJS.Signals): void;
}

/** Starts gateways and sees to it that none is left over. */
export interface GatewayProcesses {
  /**
   * Resolves when it listens. Rejects, with what it wrote to stderr, where it ends before that or takes over 30 s. `port`:
   * any free one where it is absent.
   */
  start(data: string, configFile?: string, port?: number): Promise<GatewayProcess>;
  /** Kills whatever still runs, stopped ones too. */
  killAll(): Promise<void>;
}

/** None to begin with. */
export function gatewayProcesses(): GatewayProcesses {
  const started: Launched[] = [];
  return {
    start: async (data, configFile, port = 0) => {
      const launched = launch(data, port, configFile);
      started.push(launched);
      return { ...launched, url: await launched.ready };
    },
    killAll: async () => {
      for (const { signal } of started) signal("SIGKILL");
      await Promise.all(started.map(({ exited }) => exited));
    },
  };
}

interface Launched extends Omit<GatewayProcess, "url"> {
  readonly ready: Promise<string>;
}

function launch(data: string, port: number, configFile?: string): Launched {
  const config = configFile === undefined ? [] : ["--config", configFile];
  const child = spawn(process.execPath, [program, "--port", String(port), "--data", data, ...config], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  const exited = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const ready = new Promise<string>((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`the gateway ${what}: ${complaints}`));
    const late = setTimeout(() => fail("does not listen"), startPatienceMs);
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const [, url] = /ready at (http:\/\/\S+)\n/.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    });
    void exited.then(() => fail("ended")).finally(() => clearTimeout(late));
    child.once("error", reject);
  }).finally(() => child.stdout.removeAllListeners("data").resume());
  return {
    ready,
    exited,
    pid: child.pid ?? -1,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    complaints: () => complaints,
    signal: (name) => void child.kill(name),
  };
}
