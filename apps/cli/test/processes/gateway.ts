import { startCli } from "./cli-process.js";

/** A gateway of `stowage serve`. */
export interface TestGateway {
  readonly port: number;
  /** As `--to` wants it. */
  readonly to: string;
  stop(signal: NodeJS.Signals): Promise<void>;
}

export async function startServe(given: readonly string[], cwd: string): Promise<TestGateway> {
  const child = startCli(["serve", ...given], { cwd });
  const [, url = ""] = await child.said(/^stowage is ready at (\S+)\n/);
  const port = Number(new URL(url).port);
  return {
    port,
    to: `http://127.0.0.1:${port}/uploads`,
    stop: async (signal) => {
      child.kill(signal);
      await child.ended;
    },
  };
}
