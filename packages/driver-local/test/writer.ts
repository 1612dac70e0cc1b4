import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Receipt } from "@stowage/core";
import type { WriterOrders } from "./writer-process.js";

/** What a writing process said on one line. */
export interface WriterLine {
  readonly receipt?: Receipt;
  readonly error?: string;
  readonly waits?: boolean;
}

/** A process that writes, and what it said. */
export interface Writer {
  readonly process: ChildProcess;
  readonly lines: readonly WriterLine[];
  /** Resolves with the first line that fits. */
  said(wanted: (line: WriterLine) => boolean): Promise<WriterLine>;
  /** Resolves when it has ended and all that it said is here. */
  readonly ended: Promise<void>;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Starts one; `limits` is a line of shell run before it. */
export function startWriter(orders: WriterOrders, limits = ":"): Writer {
  const typescript = createRequire(import.meta.url).resolve("@stowage/config/typescript");
  const node = [process.execPath, "--import", typescript, "-C", "@stowage/source"];
  const child = spawn(
    "sh",
    ["-c", `${limits}; exec "$@"`, "sh", ...node, here("writer-process.ts"), JSON.stringify(orders)],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const lines: WriterLine[] = [];
  const waiting = new Set<() => void>();
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) lines.push(JSON.parse(part) as WriterLine);
    for (const look of waiting) look();
  });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  return {
    process: child,
    lines,
    ended,
    said: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const line = lines.find(wanted);
          if (line === undefined) return;
          waiting.delete(look);
          resolve(line);
        };
        waiting.add(look);
        void ended.then(() => reject(new Error(`the writer ended and said ${JSON.stringify(lines)}`)));
        look();
      }),
  };
}
