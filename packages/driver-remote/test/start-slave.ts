import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const nodeKey = "k".repeat(64);

/** A storage node in a process of its own. */
export interface RunningSlave {
  readonly url: string;
  /** As `kill -9` does; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** Starts one on a folder; resolves when it listens on the loopback. `port`: 0 for any free one. */
export async function startSlave(root: string, port = 0): Promise<RunningSlave> {
  const typescript = createRequire(import.meta.url).resolve("@stowage/config/typescript");
  const program = fileURLToPath(new URL("slave-process.ts", import.meta.url));
  const given = ["--import", typescript, "-C", "@stowage/source", program, root, nodeKey, String(port)];
  const child = spawn(process.execPath, given, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    void ended.then(() => reject(new Error("the node ended before it listened")));
  });
  return {
    url,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
