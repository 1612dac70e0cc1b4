import { bytes, fromBytes, fromStream, silentLogger, systemClock } from "@stowage/core";
import type { ByteSource, Caller, Engine, Logger, StorageDriver, UploadHooks } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import type { PolicyOptions } from "@stowage/core/engine";
import type { HttpAnswer, HttpExchange } from "@stowage/core/http";
import { memoryDriver, memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { native } from "../src/index.js";
import type { NativeOptions } from "../src/index.js";
import { describedAnswers } from "./described-answers.js";
import type { Document } from "./described-answers.js";

export const prefix = "/uploads";
export const alice: Caller = { owner: "alice", groups: [] };
export const bob: Caller = { owner: "bob", groups: [] };

/** A request as a test writes it. `body`: JSON if it is a plain object. */
export interface Request {
  readonly as?: Caller | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | Uint8Array;
  /** Overrides what `body` comes to. */
  readonly source?: ByteSource;
}

/** An answer, read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Buffer;
  // Tests look into answers of all shapes.
  readonly data: ReturnType<typeof JSON.parse>;
}

export interface SiteOptions {
  readonly policy?: Omit<PolicyOptions, "id" | "driver">;
  readonly more?: readonly PolicyOptions[];
  readonly quota?: number;
  readonly hooks?: UploadHooks;
  readonly wrap?: (driver: StorageDriver) => StorageDriver;
  readonly api?: NativeOptions;
  readonly log?: Partial<Logger>;
}

export interface TestSite {
  readonly engine: Engine;
  /** Every answer is compared with the OpenAPI document. */
  send(method: string, path: string, request?: Request): Promise<Reply>;
  /** Moves the engine's clock. */
  pass(ms: number): void;
  close(): Promise<void>;
}

/** The front-end over an engine in memory, with one policy `disk`: chunks of 10 bytes, 4 at a time. */
export function openSite(options: SiteOptions = {}): TestSite {
  let shift = 0;
  const clock = { ...systemClock, now: () => Date.now() + shift };
  const driver = (options.wrap ?? ((plain) => plain))(memoryDriver({}));
  const engine = createEngine({
    store: memoryStore(),
    policies: [
      { id: "disk", driver, ...options.policy, chunks: { size: 10, parallel: 4, ...options.policy?.chunks } },
      ...(options.more ?? []),
    ],
    ...(options.quota === undefined ? {} : { quota: () => options.quota ?? 0 }),
    ...(options.hooks === undefined ? {} : { hooks: options.hooks }),
    runtime: nodeRuntime({ clock }),
    timing: { sweepEveryMs: 0, patienceMs: 200 },
  });
  const api = native(options.api, { log: { ...silentLogger, ...options.log } });
  const access = (caller: Caller | null) => ({ caller, as: (someone: Caller) => engine.as(someone) });
  const { signal } = new AbortController();
  let check: ReturnType<typeof describedAnswers> | null = null;
  return {
    engine,
    send: async (method, path, request = {}) => {
      const { as = alice } = request;
      const exchange = exchangeOf(method, path, request);
      const reply = await readReply(await api.handle(exchange, access(as), { prefix, signal }));
      if (check === null) {
        const document = await readReply(
          await api.handle(exchangeOf("GET", "/openapi.json", {}), access(null), { prefix, signal }),
        );
        check = describedAnswers(document.data as Document);
      }
      const below = exchange.url.pathname.slice(prefix.length);
      if (below !== "/openapi.json" || reply.status >= 400)
        check(method, below, { status: reply.status, type: reply.headers["content-type"], body: reply.raw.toString() });
      return reply;
    },
    pass: (ms) => {
      shift += ms;
    },
    close: () => engine.close(),
  };
}

/** The exchange of a request; JSON says that it is. */
export function exchangeOf(method: string, path: string, { headers = {}, body, source }: Request): HttpExchange {
  const isJson = body !== undefined && !ArrayBuffer.isView(body);
  const sent = source ?? fromBytes(body === undefined ? new Uint8Array() : asBytes(body));
  const type = isJson ? "application/json" : undefined;
  return {
    method,
    url: new URL(`http://files.test${prefix}${path}`),
    header: (name) => headers[name] ?? (name === "content-type" ? type : undefined),
    body: sent,
    trailers: async () => new Map(),
    peer: null,
    cut: () => {},
  };
}

function asBytes(body: object | Uint8Array): Uint8Array {
  return ArrayBuffer.isView(body) ? (body as Uint8Array) : new TextEncoder().encode(JSON.stringify(body));
}

async function readReply({ status, headers = {}, body = "" }: HttpAnswer): Promise<Reply> {
  const raw = Buffer.from(
    typeof body === "string" || ArrayBuffer.isView(body) ? (body as Uint8Array) : await bytes(body as ByteSource, 1e9),
  );
  const isJson = headers["content-type"]?.includes("json") === true;
  return { status, headers, raw, data: isJson ? JSON.parse(raw.toString()) : null };
}

/** A body that breaks off after these bytes, of which more were announced. */
export function broken(sent: Uint8Array, size: number): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield sent;
    throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
  }
  return fromStream(stream(), size);
}

/** A body with chunked transfer coding: nobody says how long it is. */
export function unsized(sent: Uint8Array): ByteSource {
  return { ...fromBytes(sent), size: null };
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

/** Opens an upload; throws unless it could be. */
export async function open(site: TestSite, path: string, size: number, extra: object = {}): Promise<Reply["data"]> {
  const reply = await site.send("POST", "/sessions", { body: { path, size, ...extra } });
  if (reply.status !== 201) throw new Error(`create: ${reply.status} ${reply.raw.toString()}`);
  return reply.data;
}

/** Sends one chunk of a content, cut as the session says. */
export function sendChunk(site: TestSite, session: Reply["data"], whole: Buffer, index: number): Promise<Reply> {
  const body = whole.subarray(index * session.chunkSize, (index + 1) * session.chunkSize);
  return site.send("PUT", `/sessions/${session.id}/chunks/${index}`, { body });
}

/** Uploads a file; the answer to its last chunk. */
export async function upload(site: TestSite, path: string, whole: Buffer, extra: object = {}): Promise<Reply["data"]> {
  const session = await open(site, path, whole.length, extra);
  if (whole.length === 0) return session;
  for (let index = 0; index < session.chunkCount - 1; index += 1) await sendChunk(site, session, whole, index);
  return (await sendChunk(site, session, whole, session.chunkCount - 1)).data;
}
