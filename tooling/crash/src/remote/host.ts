import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FaultProxy, freePort, startFaultProxy } from "@stowage/servers";
import { type DataFolder, dataFolder } from "../data-folder.js";
import { type GatewayProcess, gatewayProcesses } from "../gateway-process.js";

/** A machine with a gateway on it, which can be killed and started again at the same place. */
export interface Host {
  /** Where it listens, and where nothing is in between. */
  readonly url: string;
  /** How the others reach it. */
  readonly line: FaultProxy;
  readonly data: DataFolder;
  /** Of `configure`, for commands that work on the same data. */
  readonly configFile: string;
  /** What it starts with the next time. */
  configure(config: object): Promise<void>;
  /** The last of `configure`. */
  config(): object;
  /** Resolves when it listens; does nothing to one that runs. */
  start(): Promise<void>;
  /** `SIGKILL`; resolves when it is gone. */
  kill(): Promise<void>;
  /** All that its gateways wrote to stderr. */
  complaints(): string;
  /** Kills what runs, and removes its data. */
  close(): Promise<void>;
}

/** An empty one, on a port of its own for as long as it lives. */
export async function newHost(): Promise<Host> {
  const [data, port] = [await dataFolder(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const [processes, line] = [gatewayProcesses(), await startFaultProxy(url)];
  const configFile = join(data.path, "stowage.json");
  const gateways: GatewayProcess[] = [];
  let configured: object = {};
  return {
    url,
    line,
    data,
    configFile,
    configure: async (config) => {
      configured = config;
      await writeFile(configFile, JSON.stringify(config));
    },
    config: () => configured,
    start: async () => {
      if (gateways.at(-1)?.isRunning() === true) return;
      gateways.push(await processes.start(data.path, configFile, port));
    },
    kill: async () => {
      const running = gateways.at(-1);
      running?.signal("SIGKILL");
      await running?.exited;
    },
    complaints: () => gateways.map((gateway) => gateway.complaints()).join(""),
    close: async () => {
      await processes.killAll();
      await line.close();
      await data.remove();
    },
  };
}
