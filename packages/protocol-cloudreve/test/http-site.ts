import { silentLogger, systemClock } from "@stowage/core";
import type { EpochMs } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import type { PolicyOptions } from "@stowage/core/engine";
import { memoryDriver, memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { frontDoor } from "@stowage/server";
import { nodeServer } from "@stowage/server/node";
import { cloudreve, cloudreveTokens } from "../src/index.js";
import type { CloudreveOptions } from "../src/index.js";
import { memoryAccounts } from "./memory-accounts.js";
import type { MemoryAccounts } from "./memory-accounts.js";
import { signingKey } from "./site.js";

/** A server that listens on loopback, with people who sign in. */
export interface HttpSite {
  /** Of the mount point. */
  readonly url: string;
  readonly accounts: MemoryAccounts;
  readonly now: () => EpochMs;
  /** Moves the clock of the server. */
  pass(ms: number): void;
  /** `body`: JSON if it is a plain object. */
  send(method: string, path: string, request?: HttpRequest): Promise<HttpReply>;
  close(): Promise<void>;
}

export interface HttpRequest {
  readonly token?: string | undefined;
  readonly body?: object | Uint8Array;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly raw: Buffer;
  // Tests look into answers of all shapes.
  readonly all: ReturnType<typeof JSON.parse>;
}

/** The whole composition: engine in memory, Cloudreve's API with accounts, its tokens, `node:http`. */
export async function openHttpSite(
  options: Partial<CloudreveOptions> = {},
  policies: readonly PolicyOptions[] = usualPolicies(),
): Promise<HttpSite> {
  let shift = 0;
  const clock = { ...systemClock, now: () => Date.now() + shift };
  const accounts = memoryAccounts(clock);
  const engine = createEngine({
    store: memoryStore(),
    policies,
    allows: ({ groups }, policyId) => policyId !== "vault" || groups.includes("staff"),
    runtime: nodeRuntime({ clock }),
    timing: { sweepEveryMs: 0 },
  });
  const protocol = cloudreve({ signingKey, accounts, ...options }, { clock, log: silentLogger });
  const identify = cloudreveTokens({ signingKey, accounts }, { clock });
  const door = frontDoor({
    engine,
    mounts: [{ prefix: "/api/v4", protocol }],
    identify,
    runtime: { log: silentLogger },
  });
  const server = nodeServer({ door });
  const { url: origin } = await server.listen({ port: 0, host: "127.0.0.1" });
  const url = `${origin}/api/v4`;
  return {
    url,
    accounts,
    now: clock.now,
    pass: (ms) => {
      shift += ms;
    },
    send: (method, path, request = {}) => sendTo(path.startsWith("http") ? path : `${url}${path}`, method, request),
    close: async () => {
      await server.close({ graceMs: 0 });
      await engine.close();
    },
  };
}

/** Chunks of 10 bytes; those of `vault`, which is for staff, have 20 and come in order. */
function usualPolicies(): readonly PolicyOptions[] {
  return [
    { id: "disk", name: "Disk", driver: memoryDriver({}), chunks: { size: 10, parallel: 4 } },
    { id: "vault", driver: memoryDriver({}), chunks: { size: 20, parallel: 1 } },
  ];
}

async function sendTo(url: string, method: string, { token, body }: HttpRequest): Promise<HttpReply> {
  const isRaw = ArrayBuffer.isView(body);
  const response = await fetch(url, {
    method,
    redirect: "error",
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": isRaw ? "application/octet-stream" : "application/json" }),
    },
    ...(body === undefined ? {} : { body: isRaw ? Buffer.from(body as Uint8Array) : JSON.stringify(body) }),
  });
  const raw = Buffer.from(await response.arrayBuffer());
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  return { status: response.status, headers: response.headers, raw, all: isJson ? JSON.parse(raw.toString()) : {} };
}
