import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A server in a process of its own. */
export interface MediaProcess {
  /** Of the mount point. */
  readonly url: string;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** Bytes that the process has in memory. */
  memory(): Promise<number>;
}

/** Starts one over a folder; resolves when it listens. */
export async function startMedia(folder: string): Promise<MediaProcess> {
  const typescript = createRequire(import.meta.url).resolve("@stowage/config/typescript");
  const program = fileURLToPath(new URL("media-server.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", typescript, "-C", "@stowage/source", program, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value, done } = await lines.next();
  if (done === true) throw new Error("the server ended before it listened");
  return {
    url: `${value as string}/api/v2/media`,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    memory: async () => {
      const { readFile } = await import("node:fs/promises");
      const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${child.pid ?? 0}/status`, "utf8")) ?? [];
      return Number(kibibytes) * 1024;
    },
  };
}
