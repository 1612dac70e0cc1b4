import { bytes, fromBytes, fromStream, silentLogger, systemClock } from "@stowage/core";
import type { ByteSource, Caller, Engine, Logger } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import type { PolicyOptions } from "@stowage/core/engine";
import type { HttpAnswer, HttpExchange } from "@stowage/core/http";
import { memoryDriver, memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { imageStore } from "../src/index.js";
import type { ImageStoreOptions } from "../src/index.js";
import { describedAnswers } from "./described-answers.js";
import type { Document } from "./described-answers.js";

export const prefix = "/ImageStore";
export const alice: Caller = { owner: "alice", groups: [] };
export const bob: Caller = { owner: "bob", groups: [] };

/** A request as a test writes it. */
export interface Request {
  readonly as?: Caller | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Overrides `body`. */
  readonly source?: ByteSource;
}

/** An answer, read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // Tests look into answers of all shapes.
  readonly data: ReturnType<typeof JSON.parse>;
  /** Of a FabricError. */
  readonly code: string | undefined;
}

export interface SiteOptions {
  readonly policy?: Omit<PolicyOptions, "id" | "driver">;
  readonly policies?: readonly PolicyOptions[];
  readonly quota?: number;
  readonly api?: ImageStoreOptions;
  readonly log?: Partial<Logger>;
  /** Sleeps of the front-end: its deadlines. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface TestSite {
  readonly engine: Engine;
  /** Every answer is compared with the OpenAPI document. */
  send(method: string, path: string, request?: Request): Promise<Reply>;
  /** Moves the engine's clock. */
  pass(ms: number): void;
  /** What a file of the catalog holds; `null`: there is none. */
  read(path: string, as?: Caller): Promise<Buffer | null>;
  close(): Promise<void>;
}

/** The front-end over an engine in memory, with one policy `disk` that takes 8 chunks at a time. */
export function openSite(options: SiteOptions = {}): TestSite {
  let shift = 0;
  const clock = { ...systemClock, now: () => Date.now() + shift };
  const engine = createEngine({
    store: memoryStore(),
    policies: options.policies ?? [
      { id: "disk", driver: memoryDriver({}), chunks: { size: 10, parallel: 8 }, ...options.policy },
    ],
    ...(options.quota === undefined ? {} : { quota: () => options.quota ?? 0 }),
    runtime: nodeRuntime({ clock }),
    timing: { sweepEveryMs: 0, patienceMs: 200 },
  });
  const api = imageStore(options.api, {
    clock: { ...clock, ...(options.sleep === undefined ? {} : { sleep: options.sleep }) },
    log: { ...silentLogger, ...options.log },
  });
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
        const asked = exchangeOf("GET", "/$/openapi.json", {});
        check = describedAnswers(
          (await readReply(await api.handle(asked, access(null), { prefix, signal }))).data as Document,
        );
      }
      const below = exchange.url.pathname.slice(prefix.length);
      if (below !== "/$/openapi.json" || reply.status >= 400)
        check(method, below, { status: reply.status, type: reply.headers["content-type"], body: reply.text });
      return reply;
    },
    pass: (ms) => {
      shift += ms;
    },
    read: async (path, as = alice) => {
      const files = engine.as(as);
      const entry = await files.find({ path });
      return entry === null ? null : Buffer.from(await bytes(await files.read({ entryId: entry.id }, null), 1e9));
    },
    close: () => engine.close(),
  };
}

/** The exchange of a request. */
export function exchangeOf(method: string, path: string, { headers = {}, body, source }: Request): HttpExchange {
  return {
    method,
    url: new URL(`http://files.test${prefix}${path}`),
    header: (name) => headers[name],
    body: source ?? fromBytes(body ?? new Uint8Array()),
    trailers: async () => new Map(),
    peer: null,
    cut: () => {},
  };
}

async function readReply({ status, headers = {}, body = "" }: HttpAnswer): Promise<Reply> {
  const text = typeof body === "string" ? body : Buffer.from(body as Uint8Array).toString();
  const isJson = headers["content-type"]?.includes("json") === true;
  const data = isJson ? JSON.parse(text) : null;
  return { status, headers, text, data, code: data?.Error?.Code };
}

/** A body that breaks off after these bytes, of which more were announced. */
export function broken(sent: Uint8Array, size: number): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield sent;
    throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
  }
  return fromStream(stream(), size);
}

/** A body that stops coming after these bytes, and never ends. */
export function silent(sent: Uint8Array, size: number): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield sent;
    await new Promise(() => {});
  }
  return fromStream(stream(), size);
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

const version = "api-version=6.0";

/** A GUID of its own for each number. */
export function guid(number: number): string {
  return `1c3bd5c8-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

/** Sends the bytes `[start, end)` of a file. */
export function sendChunk(
  site: TestSite,
  path: string,
  session: string,
  whole: Buffer,
  [start, end]: readonly [number, number],
  request: Request = {},
): Promise<Reply> {
  const range = end > start ? `bytes ${start}-${end - 1}/${whole.length}` : "bytes 0-0/0";
  return site.send("PUT", `/${encodeURIComponent(path)}/$/UploadChunk?${version}&session-id=${session}`, {
    body: whole.subarray(start, end),
    ...request,
    headers: { "content-range": range, ...request.headers },
  });
}

/** One of the three calls that name a session alone. */
export function sessionCall(
  site: TestSite,
  call: "Commit" | "Get" | "Delete",
  session: string,
  request: Request = {},
): Promise<Reply> {
  const method = { Commit: "POST", Get: "GET", Delete: "DELETE" }[call];
  return site.send(method, `/$/${call}UploadSession?${version}&session-id=${session}`, request);
}

/** What the server still expects of a session, half-open; `null` where there is no such session. */
export async function expected(
  site: TestSite,
  session: string,
  request: Request = {},
): Promise<readonly (readonly [number, number])[] | null> {
  const { data } = await sessionCall(site, "Get", session, request);
  const [found] = data.UploadSessions;
  if (found === undefined) return null;
  return found.ExpectedRanges.map(({ StartPosition, EndPosition }: Record<string, string>) => [
    Number(StartPosition),
    Number(EndPosition) + 1,
  ]);
}
