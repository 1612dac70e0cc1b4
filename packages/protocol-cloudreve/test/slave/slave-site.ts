import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeSigner, printSlaveUpload, readEnvelope, slavePaths } from "@stowage/cloudreve-wire";
import type { SlaveUpload } from "@stowage/cloudreve-wire";
import type { Caller, Catalog, Engine, Logger, SessionStore } from "@stowage/core";
import { silentLogger, systemClock } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import type { PolicyOptions } from "@stowage/core/engine";
import { memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { frontDoor } from "@stowage/server";
import { nodeServer } from "@stowage/server/node";
import { sqliteStore } from "@stowage/store-sqlite";
import { cloudreveSlave } from "../../src/slave/index.js";
import type { CloudreveSlaveOptions } from "../../src/slave/index.js";

export const key = "k".repeat(64);
export const signer = nodeSigner([key]);
export const node: Caller = { owner: "node", groups: [] };

export interface SlaveSiteOptions {
  readonly store?: "memory" | "sqlite";
  /** Absent: files on the disk. */
  readonly policies?: readonly PolicyOptions[];
  readonly slave?: Partial<CloudreveSlaveOptions>;
  readonly log?: Partial<Logger>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Of an envelope; `undefined` for any other body. */
  readonly code: number | undefined;
  readonly msg: string | undefined;
  // Tests look into answers of all shapes.
  readonly data: ReturnType<typeof JSON.parse>;
  readonly bytes: Buffer;
}

/** A node behind a real server. */
export interface SlaveTestSite {
  readonly url: string;
  readonly engine: Engine;
  /** A request as it is; `path` with its query. */
  send(method: string, path: string, init?: RequestInit): Promise<Reply>;
  /** Signed as a master signs it, for a minute. */
  signed(method: string, path: string, body?: string): Promise<Reply>;
  /** `explicit`: as our own master without a callback; absent: as Cloudreve's. */
  open(upload: Partial<SlaveUpload>, explicit?: boolean): Promise<Reply>;
  /** With the session's credential, as a browser has it. */
  chunk(sessionId: string, index: number, body: Uint8Array, query?: string): Promise<Reply>;
  /** Moves the clocks of engine and node. */
  pass(ms: number): void;
  /** Stops and starts again over the same store and files. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const expires = (): number => Math.floor(Date.now() / 1000) + 3600;

/** The credential that a master hands to a client. */
export function credential(sessionId: string, until = expires()): Promise<string> {
  return signer.signHeader({ path: decodeURIComponent(slavePaths.session(sessionId)), headers: {}, body: "" }, until);
}

export async function openSlave(options: SlaveSiteOptions = {}): Promise<SlaveTestSite> {
  const root = await mkdtemp(join(tmpdir(), "stowage-slave-"));
  const memory = memoryStore();
  let shift = 0;
  const clock = { ...systemClock, now: () => Date.now() + shift };
  const runtime = nodeRuntime({ clock, log: { ...silentLogger, ...options.log } });
  const start = async () => {
    const kept: SessionStore & Catalog =
      options.store === "sqlite"
        ? await sqliteStore({ path: join(root, "sessions.db"), durability: "process", runtime })
        : { ...memory, close: async () => {} };
    const policies = options.policies ?? [{ id: "disk", driver: local({ root: join(root, "files") }, runtime) }];
    const engine = createEngine({ store: kept, policies, runtime, timing: { sweepEveryMs: 0, patienceMs: 300 } });
    const slave = cloudreveSlave({ key, callbackWaitMs: 1000, ...options.slave }, runtime);
    const server = nodeServer({
      door: frontDoor({ engine, mounts: [{ prefix: "/api/v4/slave", protocol: slave }], runtime }),
    });
    const { url } = await server.listen({ port: 0, host: "127.0.0.1" });
    slave.start(engine);
    const stop = async (): Promise<void> => {
      await server.close({ graceMs: 0, settleMs: 500 });
      await slave.close();
      await engine.close();
    };
    return { url, engine, stop };
  };
  let running = await start();
  const send: SlaveTestSite["send"] = async (method, path, init = {}) =>
    readReply(await fetch(running.url + path, { method, ...init }));
  return {
    get url() {
      return running.url;
    },
    get engine() {
      return running.engine;
    },
    send,
    signed: async (method, path, body) => send(...(await signedRequest(method, path, body))),
    open: async (upload, explicit = false) => {
      const body = { ...JSON.parse(printSlaveUpload(uploadOf(upload))), explicit };
      return send(...(await signedRequest("PUT", slavePaths.upload, JSON.stringify(body))));
    },
    chunk: async (sessionId, index, body, query = "") =>
      send("POST", `${slavePaths.session(sessionId)}?chunk=${index}${query}`, {
        body,
        headers: { authorization: await credential(sessionId), "content-type": "application/octet-stream" },
      }),
    pass: (ms) => {
      shift += ms;
    },
    restart: async () => {
      await running.stop();
      running = await start();
    },
    close: async () => {
      await running.stop();
      await rm(root, { recursive: true });
    },
  };
}

/** Method, path and init of a request that a master signs. */
export async function signedRequest(
  method: string,
  path: string,
  body?: string,
  by = signer,
): Promise<[method: string, path: string, init: RequestInit]> {
  const until = Math.floor(Date.now() / 1000) + 60;
  const [bare = ""] = path.split("?");
  if (body === undefined) {
    const sign = await by.signUrl(decodeURIComponent(bare), until);
    return [method, `${path}${path.includes("?") ? "&" : "?"}sign=${encodeURIComponent(sign)}`, {}];
  }
  const authorization = await by.signHeader({ path: decodeURIComponent(bare), headers: {}, body }, until);
  return [method, path, { body, headers: { authorization, "content-type": "application/json" } }];
}

export function uploadOf(given: Partial<SlaveUpload>): SlaveUpload {
  return {
    sessionId: "9897ebae-7b73-4169-aabc-6396f470e4bb",
    savePath: "uploads/1/a b.bin",
    size: 25,
    chunkSize: 10,
    expiresAt: Date.now() + 3600_000,
    mimeType: "",
    callback: null,
    ...given,
  };
}

async function readReply(response: Response): Promise<Reply> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const envelope = readEnvelope(bytes.toString());
  const { status, headers } = response;
  return { status, headers, code: envelope?.code, msg: envelope?.msg, data: envelope?.data, bytes };
}

/** Bytes that differ from place to place. */
export function content(size: number, seed = 1): Buffer {
  const made = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at < size; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    made[at] = state >>> 24;
  }
  return made;
}
