import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** Runs a TypeScript file of this folder in a process of its own, with arguments; it talks by lines on its output. */
export interface Child {
  readonly process: ChildProcess;
  /** Complete lines so far. */
  readonly lines: readonly string[];
  /** Resolves when a line begins with this; rejects when the process ends before. */
  line(prefix: string): Promise<string>;
  /** Exit code, or `null` where a signal ended it. */
  readonly ended: Promise<number | null>;
}

export function runChild(file: string, args: readonly string[]): Child {
  const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const typescript = createRequire(import.meta.url).resolve("@stowage/config/typescript");
  const flags = ["--import", typescript, "-C", "@stowage/source"];
  const process_ = spawn(process.execPath, [...flags, here(file), ...args], { stdio: ["pipe", "pipe", "pipe"] });
  const lines: string[] = [];
  const errors: string[] = [];
  const listeners = new Set<() => void>();
  let rest = "";
  process_.stdout.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    for (const look of listeners) look();
  });
  process_.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  let isOver = false;
  const ended = new Promise<number | null>((resolve) => {
    process_.on("close", (code) => {
      isOver = true;
      for (const look of listeners) look();
      resolve(code);
    });
  });
  const line = (prefix: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find((text) => text.startsWith(prefix));
        if (found === undefined && !isOver) return;
        listeners.delete(look);
        if (found === undefined) reject(new Error(`${file} ended without "${prefix}": ${errors.join("")}`));
        else resolve(found);
      };
      listeners.add(look);
      look();
    });
  return { process: process_, lines, line, ended };
}
