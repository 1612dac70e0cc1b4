import { createEngine } from "@stowage/core/engine";
import type { EngineOptions, PolicyOptions } from "@stowage/core/engine";
import { bytes } from "@stowage/core";
import type { Engine } from "@stowage/core";
import type { HttpAnswer, HttpExchange, Protocol } from "@stowage/core/http";
import { memoryData, memoryDriver, memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { native } from "@stowage/protocol-native";
import { frontDoor } from "@stowage/server";
import { nodeServer } from "@stowage/server/node";
import type { NodeServer } from "@stowage/server/node";
import type { ResumeStore } from "../src/index.js";

export interface SiteOptions {
  readonly policy?: Partial<PolicyOptions>;
  readonly engine?: Partial<EngineOptions>;
  /** Answers in the place of the front-end. */
  readonly interfere?: (exchange: HttpExchange) => HttpAnswer | null | Promise<HttpAnswer | null>;
  /** Sees and may change what the front-end answers. */
  readonly answered?: (exchange: HttpExchange, answer: HttpAnswer) => HttpAnswer;
}

export interface TestSite {
  readonly to: string;
  readonly port: number;
  readonly engine: Engine;
  /** `METHOD path` below the mount point, in order of arrival. */
  readonly requests: string[];
  /** The stored bytes at a path; `null`: no file. */
  read(path: string): Promise<Buffer | null>;
  /** States of all sessions. */
  states(): Promise<readonly string[]>;
  /** Ends the listening server and all its connections, and listens again at the same port. */
  restart(downMs: number): Promise<void>;
  close(): Promise<void>;
}

export const alice = { owner: "alice", groups: [] };

/** The native front-end over an engine in memory, behind a real HTTP server; whoever comes with the token is alice. */
export async function openSite(options: SiteOptions = {}): Promise<TestSite> {
  const { policy = {} } = options;
  const engine = createEngine({
    store: memoryStore({ data: memoryData() }),
    runtime: nodeRuntime(),
    timing: { patienceMs: 300, sweepEveryMs: 0 },
    ...options.engine,
    policies: [
      { id: "ram", driver: memoryDriver({}), ...policy, chunks: { size: 10_000, parallel: 4, ...policy.chunks } },
    ],
  });
  const requests: string[] = [];
  const inner = native();
  const protocol: Protocol = {
    ...inner,
    handle: async (exchange, access, given) => {
      requests.push(`${exchange.method} ${exchange.url.pathname.slice(given.prefix.length)}`);
      const answer = (await options.interfere?.(exchange)) ?? (await inner.handle(exchange, access, given));
      return options.answered?.(exchange, answer) ?? answer;
    },
  };
  const door = frontDoor({
    engine,
    mounts: [{ prefix: "/uploads", protocol }],
    identify: (exchange) => (exchange.header("authorization") === "Bearer t" ? alice : null),
  });
  let server: NodeServer = nodeServer({ door });
  const { port } = await server.listen({ port: 0, host: "127.0.0.1" });
  const files = engine.as(alice);
  return {
    to: `http://127.0.0.1:${port}/uploads`,
    port,
    engine,
    requests,
    read: async (path) => {
      const entry = await files.find({ path });
      return entry === null ? null : Buffer.from(await bytes(await files.read({ entryId: entry.id }, null), 1e9));
    },
    states: async () => (await files.sessions({ limit: 1000 })).map(({ state }) => state),
    restart: async (downMs) => {
      await server.close({ graceMs: 0, settleMs: 0 });
      await new Promise((resolve) => setTimeout(resolve, downMs));
      server = nodeServer({ door });
      await server.listen({ port, host: "127.0.0.1" });
    },
    close: async () => {
      await server.close({ graceMs: 0, settleMs: 0 });
      await engine.close();
    },
  };
}

/** A store that a test can look into. */
export function mapStore(): ResumeStore & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    get: (key) => entries.get(key) ?? null,
    set: (key, value) => void entries.set(key, value),
    remove: (key) => void entries.delete(key),
  };
}

/** Bytes that differ from place to place. */
export function content(size: number, seed = 1): Buffer<ArrayBuffer> {
  const made = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at < size; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    made[at] = state >>> 24;
  }
  return made;
}

/** Bytes as a file of a browser. */
export function fileOf(bytes: Buffer<ArrayBuffer>, name = "file.bin", lastModified = 1_000_000): File {
  return new File([bytes], name, { lastModified });
}

/** Resolves when it is so; fails after so many milliseconds. */
export async function until(isSo: () => boolean | Promise<boolean>, limit = 10_000): Promise<void> {
  for (const end = Date.now() + limit; !(await isSo());) {
    if (Date.now() > end) throw new Error("it never came to that");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
