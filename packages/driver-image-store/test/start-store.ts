import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** An image store in a process of its own. */
export interface RunningStore {
  readonly url: string;
  /** As `kill -9` does; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** Starts one on a folder; resolves when it listens, on a free port of the loopback. */
export async function startStore(root: string): Promise<RunningStore> {
  const typescript = createRequire(import.meta.url).resolve("@stowage/config/typescript");
  const program = fileURLToPath(new URL("store-process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", typescript, "-C", "@stowage/source", program, root], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    void ended.then(() => reject(new Error("the store ended before it listened")));
  });
  return {
    url,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
