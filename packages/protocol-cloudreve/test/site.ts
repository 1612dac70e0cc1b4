import { bytes, fromBytes, fromStream, silentLogger, systemClock } from "@stowage/core";
import type { ByteSource, Caller, Engine, Logger, StorageDriver, UploadHooks } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import type { PolicyOptions } from "@stowage/core/engine";
import type { HttpAnswer, HttpExchange } from "@stowage/core/http";
import { memoryDriver, memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { cloudreve } from "../src/index.js";
import type { CloudreveOptions } from "../src/index.js";

export const signingKey = "k".repeat(64);
const prefix = "/api/v4";

export const alice: Caller = { owner: "alice", groups: [] };
export const bob: Caller = { owner: "bob", groups: [] };

/** A request as a test writes it. `body`: JSON if it is a plain object. */
export interface Request {
  readonly as?: Caller | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | Uint8Array;
  /** Overrides what `body` comes to. Its length is announced where it has one. */
  readonly source?: ByteSource;
}

/** An answer, read to its end. `code`, `msg` and `data` are the envelope's. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Buffer;
  readonly code: number;
  readonly msg: string;
  // Tests look into answers of all shapes.
  readonly data: ReturnType<typeof JSON.parse>;
  readonly all: ReturnType<typeof JSON.parse>;
}

export interface SiteOptions {
  /** Of the one policy. Default: `disk`. */
  readonly id?: string;
  readonly policy?: Omit<PolicyOptions, "id" | "driver">;
  readonly more?: readonly PolicyOptions[];
  readonly routing?: Parameters<typeof createEngine>[0]["routing"];
  readonly quota?: number;
  readonly hooks?: UploadHooks;
  readonly wrap?: (driver: StorageDriver) => StorageDriver;
  readonly api?: Partial<CloudreveOptions>;
  readonly log?: Partial<Logger>;
  /** Of another site, as after a restart. Default: a new one. */
  readonly store?: ReturnType<typeof memoryStore>;
}

export interface TestSite {
  readonly engine: Engine;
  send(method: string, path: string, request?: Request): Promise<Reply>;
  /** Moves the clock of the front-end and the engine. */
  pass(ms: number): void;
  close(): Promise<void>;
}

/** The front-end over an engine in memory, with one policy `disk`: chunks of 10 bytes, 4 at a time. */
export function openSite(options: SiteOptions = {}): TestSite {
  let shift = 0;
  const clock = { ...systemClock, now: () => Date.now() + shift };
  const driver = (options.wrap ?? ((plain) => plain))(memoryDriver({}));
  const engine = createEngine({
    store: options.store ?? memoryStore(),
    policies: [
      {
        id: options.id ?? "disk",
        driver,
        ...options.policy,
        chunks: { size: 10, parallel: 4, ...options.policy?.chunks },
      },
      ...(options.more ?? []),
    ],
    ...(options.routing === undefined ? {} : { routing: options.routing }),
    ...(options.quota === undefined ? {} : { quota: () => options.quota ?? 0 }),
    ...(options.hooks === undefined ? {} : { hooks: options.hooks }),
    runtime: nodeRuntime({ clock }),
    timing: { sweepEveryMs: 0, patienceMs: 200 },
  });
  const api = cloudreve({ signingKey, ...options.api }, { clock, log: { ...silentLogger, ...options.log } });
  return {
    engine,
    send: async (method, path, request = {}) => {
      const { as = alice } = request;
      const access = { caller: as, as: (caller: Caller) => engine.as(caller) };
      const signal = new AbortController().signal;
      return readReply(await api.handle(exchangeOf(method, path, request), access, { prefix, signal }));
    },
    pass: (ms) => {
      shift += ms;
    },
    close: () => engine.close(),
  };
}

export function exchangeOf(method: string, path: string, { headers = {}, body, source }: Request): HttpExchange {
  const sent = source ?? fromBytes(body === undefined ? new Uint8Array() : asBytes(body));
  const isSaid = sent.size !== null && (body !== undefined || source !== undefined);
  const length = isSaid ? String(sent.size) : undefined;
  return {
    method,
    url: new URL(path.startsWith("http") ? path : `http://files.test${prefix}${path}`),
    header: (name) => headers[name] ?? (name === "content-length" ? length : undefined),
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
  const isJson = headers["content-type"]?.startsWith("application/json") === true;
  const all = isJson ? JSON.parse(raw.toString()) : {};
  return { status, headers, raw, all, code: all.code, msg: all.msg, data: all.data };
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

/** Opens an upload of `size` bytes; throws unless it could be. */
export async function open(site: TestSite, uri: string, size: number, extra: object = {}): Promise<Reply["data"]> {
  const reply = await site.send("PUT", "/file/upload", { body: { uri, size, ...extra } });
  if (reply.code !== 0) throw new Error(`create: ${reply.code} ${reply.msg}`);
  return reply.data;
}

/** Sends one chunk of a content, cut as the session says. */
export function sendChunk(site: TestSite, session: Reply["data"], whole: Buffer, index: number): Promise<Reply> {
  const size = session.chunk_size === 0 ? whole.length : session.chunk_size;
  const body = whole.subarray(index * size, (index + 1) * size);
  return site.send("POST", `/file/upload/${session.session_id}/${index}`, { body });
}

/** Uploads a file in one go; the answers of its chunks. */
export async function upload(
  site: TestSite,
  uri: string,
  whole: Buffer,
  extra: object = {},
): Promise<readonly Reply[]> {
  const session = await open(site, uri, whole.length, extra);
  const count = session.chunk_size === 0 ? 1 : Math.ceil(whole.length / session.chunk_size);
  const replies: Reply[] = [];
  for (let index = 0; index < count; index += 1) replies.push(await sendChunk(site, session, whole, index));
  return replies;
}

/** The bytes at a URI, by a signed URL. */
export async function download(site: TestSite, uri: string): Promise<Buffer> {
  const reply = await site.send("POST", "/file/url", { body: { uris: [uri] } });
  if (reply.code !== 0) throw new Error(`url: ${reply.code} ${reply.msg}`);
  return (await site.send("GET", reply.data.urls[0].url, { as: null })).raw;
}
