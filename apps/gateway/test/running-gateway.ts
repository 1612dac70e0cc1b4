import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../src/config/load-config.js";
import type { Overrides } from "../src/config/with-defaults.js";
import { startGateway } from "../src/start-gateway.js";
import type { Gateway } from "../src/start-gateway.js";

/** A gateway in this process, as a configuration wants it. */
export interface Running {
  readonly url: string;
  /** Where its data and the roots of its policies are. */
  readonly folder: string;
  /** Before the end of the test; its folder stays until then. */
  close(): Promise<void>;
}

/** Parts of a configuration, as a file would have them. */
export type Parts = Readonly<Record<string, unknown>>;

/** What a test may want otherwise. */
export interface RunOptions {
  /** That of a gateway before, whose data it goes on with. */
  readonly folder?: string;
  /** Default: a free port, and data in the folder. */
  readonly overrides?: Overrides;
}

const running: { readonly gateway: Gateway; readonly folder: string }[] = [];

/** Starts a gateway on a free port, with one local policy where `parts` has none. `folder`: that of one before. */
export async function run(parts: Parts | ((folder: string) => Parts) = {}, options: RunOptions = {}): Promise<Running> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "stowage-running-")));
  const file = join(folder, "stowage.yaml");
  await writeFile(file, JSON.stringify(typeof parts === "function" ? parts(folder) : parts));
  const overrides = options.overrides ?? { data: join(folder, "data"), port: 0 };
  const gateway = await startGateway(await loadConfig({ file, overrides }));
  running.push({ gateway, folder });
  return { url: gateway.url, folder, close: () => gateway.close({ graceMs: 0, settleMs: 100 }) };
}

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const { gateway, folder } of running.splice(0)) {
    await gateway.close({ graceMs: 0, settleMs: 100 });
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is sent beside the path. */
export interface Sent {
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, its body read as JSON where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // A test says what it expects of it.
  readonly body: { readonly [key: string]: unknown };
}

export async function ask(url: string, method: string, path: string, sent: Sent = {}): Promise<Answer> {
  const { token, json, body, headers = {} } = sent;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as Answer["body"]) : { text },
  };
}

/** Opens a session at `/uploads`. */
export function open(url: string, path: string, size: number, more: Parts = {}, sent: Sent = {}): Promise<Answer> {
  return ask(url, "POST", "/uploads/sessions", { json: { path, size, ...more }, ...sent });
}

/** Uploads a whole file of one chunk at `/uploads`; returns the answer to its chunk. */
export async function upload(url: string, path: string, bytes: Uint8Array, sent: Sent = {}): Promise<Answer> {
  const { body } = await open(url, path, bytes.byteLength, {}, sent);
  return ask(url, "PUT", `/uploads/sessions/${String(body["id"])}/chunks/0`, { ...sent, body: bytes });
}

/** Signs in at a Cloudreve mount; the answer's `data.token` has the tokens. */
export function signIn(url: string, email: string, password: string): Promise<Answer> {
  return ask(url, "POST", "/api/v4/session/token", { json: { email, password } });
}
