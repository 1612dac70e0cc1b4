import { byteBudget, bytes, fromBytes, fromStream, silentLogger, systemClock } from "@stowage/core";
import type { ByteSource, Caller, Engine, Logger, StorageDriver } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import type { PolicyOptions } from "@stowage/core/engine";
import type { HttpAnswer, HttpExchange } from "@stowage/core/http";
import { memoryDriver, memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { media } from "../src/index.js";
import type { MediaOptions } from "../src/index.js";
import { describedAnswers } from "./described-answers.js";
import type { Document } from "./described-answers.js";
import { form } from "./form.js";
import type { Part } from "./form.js";

export const prefix = "/api/v2/media";
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
  readonly raw: string;
  // Tests look into answers of all shapes.
  readonly data: ReturnType<typeof JSON.parse>;
}

export interface SiteOptions {
  readonly api?: MediaOptions;
  readonly policy?: Omit<PolicyOptions, "id" | "driver">;
  readonly quota?: number;
  readonly wrap?: (driver: StorageDriver) => StorageDriver;
  readonly memory?: number;
  readonly log?: Partial<Logger>;
}

export interface TestSite {
  readonly engine: Engine;
  /** Bytes of the budget that somebody holds. */
  readonly held: () => number;
  /** Every answer is compared with the OpenAPI document. */
  send(method: string, path: string, request?: Request): Promise<Reply>;
  /** Moves the engine's clock. */
  pass(ms: number): void;
  close(): Promise<void>;
}

/** The front-end over an engine in memory, with one policy. */
export function openSite(options: SiteOptions = {}): TestSite {
  let shift = 0;
  let held = 0;
  const budget = byteBudget(options.memory ?? 8 * 1024 * 1024);
  const memory = {
    ...budget,
    take: async (size: number, given: { readonly signal: AbortSignal }) => {
      await budget.take(size, given);
      held += size;
    },
    give: (size: number) => {
      held -= size;
      budget.give(size);
    },
  };
  const clock = { ...systemClock, now: () => Date.now() + shift };
  const runtime = nodeRuntime({ clock, memory, log: { ...silentLogger, ...options.log } });
  const driver = (options.wrap ?? ((plain) => plain))(memoryDriver({}, runtime));
  const engine = createEngine({
    store: memoryStore(),
    policies: [{ id: "disk", driver, ...options.policy }],
    ...(options.quota === undefined ? {} : { quota: () => options.quota ?? 0 }),
    runtime,
    timing: { sweepEveryMs: 0, patienceMs: 200 },
  });
  const api = media(options.api, runtime);
  const access = (caller: Caller | null) => ({ caller, as: (someone: Caller) => engine.as(someone) });
  let check: ReturnType<typeof describedAnswers> | null = null;
  const handle = async (method: string, path: string, request: Request): Promise<Reply> =>
    readReply(
      await api.handle(exchangeOf(method, path, request), access(request.as === undefined ? alice : request.as), {
        prefix,
        signal: new AbortController().signal,
      }),
    );
  return {
    engine,
    held: () => held,
    send: async (method, path, request = {}) => {
      const reply = await handle(method, path, request);
      check ??= describedAnswers((await handle("GET", "/openapi.json", {})).data as Document);
      const below = new URL(`http://media.test${path}`).pathname;
      if (below !== "/openapi.json" || reply.status >= 400)
        check(method, below, { status: reply.status, type: reply.headers["content-type"], body: reply.raw });
      return reply;
    },
    pass: (ms) => {
      shift += ms;
    },
    close: () => engine.close(),
  };
}

function exchangeOf(method: string, path: string, { headers = {}, body, source }: Request): HttpExchange {
  return {
    method,
    url: new URL(`http://media.test${prefix}${path}`),
    header: (name) => headers[name],
    body: source ?? fromBytes(body ?? new Uint8Array()),
    trailers: async () => new Map(),
    peer: null,
    cut: () => {},
  };
}

async function readReply({ status, headers = {}, body = "" }: HttpAnswer): Promise<Reply> {
  const raw = typeof body === "string" ? body : Buffer.from(await bytes(body as ByteSource, 1e9)).toString();
  return { status, headers, raw, data: raw === "" ? null : JSON.parse(raw) };
}

/** A chunk as a test writes it. */
export interface ChunkOptions {
  readonly as?: Caller | null;
  readonly kind?: string;
  readonly id?: string;
  readonly name?: string;
  /** Default: the place of the bytes. */
  readonly range?: string;
  /** `upload_id` comes after the file. */
  readonly idLast?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The request of `[start, end)` of a file. */
export function chunkRequest(whole: Buffer, start: number, end: number, options: ChunkOptions = {}): Request {
  const { kind = "image", id, name = "picture.bin", idLast = false } = options;
  const file: Part = {
    name: kind,
    filename: name,
    type: "application/octet-stream",
    value: whole.subarray(start, end),
  };
  const ids: readonly Part[] = id === undefined ? [] : [{ name: "upload_id", value: Buffer.from(id) }];
  const { body, type } = form(idLast ? [file, ...ids] : [...ids, file]);
  const range = options.range ?? `bytes ${start}-${end - 1}/${whole.length}`;
  const headers = { "content-type": type, "content-range": range, ...options.headers };
  return { body, headers, ...(options.as === undefined ? {} : { as: options.as }) };
}

/** Sends `[start, end)` of a file. */
export function sendChunk(
  site: TestSite,
  whole: Buffer,
  start: number,
  end: number,
  options: ChunkOptions = {},
): Promise<Reply> {
  return site.send("POST", "/upload/chunk/", chunkRequest(whole, start, end, options));
}

/** Sends a file in chunks that end at these offsets; the id of its upload. Throws unless each is taken. */
export async function sendAll(
  site: TestSite,
  whole: Buffer,
  options: ChunkOptions = {},
  ends: readonly number[] = endsOf(whole.length),
): Promise<string> {
  let id = options.id;
  let start = 0;
  for (const end of ends) {
    const reply = await sendChunk(site, whole, start, end, { ...options, ...(id === undefined ? {} : { id }) });
    if (reply.status !== 201 || reply.data.offset !== String(end)) throw new Error(`${start}-${end}: ${reply.raw}`);
    id = reply.data.upload_id as string;
    start = end;
  }
  return id ?? "";
}

function endsOf(size: number): readonly number[] {
  const count = Math.ceil(size / 204_800);
  return Array.from({ length: count }, (_, index) => Math.min(size, (index + 1) * 204_800));
}

/** Finishes an upload. */
export function complete(site: TestSite, id: string, as: Caller | null = alice): Promise<Reply> {
  const body = Buffer.from(JSON.stringify({ upload_id: id }));
  return site.send("POST", "/upload/chunk/complete/", { body, as, headers: { "content-type": "application/json" } });
}

/** The bytes of a file in somebody's catalog. */
export async function readFile(site: TestSite, entryId: string, as: Caller = alice): Promise<Buffer> {
  return Buffer.from(await bytes(await site.engine.as(as).read({ entryId }, null), 1e9));
}

/** Everything that somebody has: unfinished uploads, files, bytes. */
export async function belongings(site: TestSite, as: Caller = alice): Promise<unknown> {
  const files = site.engine.as(as);
  const sessions = await files.sessions({ limit: 1000 });
  const open = sessions.filter(({ state }) => state !== "aborted").map(({ id, received }) => ({ id, received }));
  const { reserved, stored } = await files.usage();
  return { open, reserved, stored, media: (await files.list("/media", null, 1000)).map(({ path }) => path) };
}

/** A body that breaks off after these bytes. */
export function broken(sent: Uint8Array): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield sent;
    throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
  }
  return fromStream(stream(), null);
}

/** A body that comes in pieces of these lengths, with chunked transfer coding. */
export function inPieces(sent: Uint8Array, lengths: readonly number[]): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    let at = 0;
    for (let turn = 0; at < sent.byteLength; turn += 1) {
      const length = Math.max(1, lengths[turn % lengths.length] ?? 1);
      yield sent.subarray(at, at + length);
      at += length;
    }
  }
  return fromStream(stream(), null);
}
