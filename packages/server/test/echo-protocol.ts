import { bytes, isUploadError, UploadError } from "@stowage/core";
import type { ByteSource } from "@stowage/core";
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpAnswer, HttpExchange, Protocol } from "@stowage/core/http";

/** What the protocol under the tests saw. */
export interface Seen {
  /** Bytes of bodies that broke off, by the reason. */
  readonly broken: { readonly bytes: number; readonly reason: string }[];
  readonly prefixes: string[];
  /** Answers whose source was let go. */
  closed: number;
}

/** A front-end with a route for each thing that an adapter has to do. */
export function echoProtocol(): { readonly protocol: Protocol; readonly seen: Seen } {
  const seen: Seen = { broken: [], prefixes: [], closed: 0 };
  const routes: Readonly<Record<string, (exchange: HttpExchange) => Promise<HttpAnswer> | HttpAnswer>> = {
    "/echo": async ({ body }) => ({ status: 200, body: await bytes(body, 1 << 30) }),
    "/count-late": async ({ body }) => count(late(body), seen),
    "/count": async ({ body }) => count(body, seen),
    "/refuse": () => ({ status: 409, headers: { "X-Why": "taken" }, body: '{"refused":true}' }),
    "/first": async ({ body }) => {
      for await (const piece of body.stream()) return { status: 400, body: String(piece.byteLength) };
      return { status: 200, body: "nothing" };
    },
    "/range": (exchange) => range(exchange.header("range") ?? ""),
    "/unsized": () => ({ status: 200, body: source(null, ["one ", "two"]) }),
    "/short": () => ({ status: 200, body: source(100, ["only this"]) }),
    "/fails-at-once": () => ({ status: 200, body: failing([]) }),
    "/fails-later": () => ({ status: 200, body: failing(["a beginning"]) }),
    "/endless": () => ({ status: 200, body: endless(seen) }),
    "/slow": async () => {
      await sleep(1500);
      return { status: 200, body: "at last" };
    },
    "/empty": () => ({ status: 204 }),
    "/not-modified": () => ({ status: 304, headers: { etag: '"1"' } }),
    "/bug": () => {
      throw new TypeError("no such file: https://user:pw@backend.example/x?X-Amz-Signature=abcdef");
    },
    "/bad-field": () => ({ status: 200, headers: { "x-bad": "a\r\nset-cookie: stolen=1" }, body: "x" }),
    "/peer": (exchange) => ({
      status: 200,
      body: JSON.stringify({ peer: exchange.peer, url: exchange.url.href, id: exchange.header("x-request-id") }),
    }),
    "/cut": (exchange) => {
      exchange.cut();
      return { status: 200, body: "never seen" };
    },
    "/inform": (exchange) => {
      exchange.inform?.(104, { "upload-offset": "5" });
      return { status: 200, body: "informed" };
    },
    "/trailers": async (exchange) => {
      await bytes(exchange.body, 1 << 20);
      return { status: 200, body: JSON.stringify(Object.fromEntries(await exchange.trailers())) };
    },
  };
  const protocol: Protocol = {
    name: "echo",
    handle: async (exchange, _access, { prefix }) => {
      seen.prefixes.push(prefix);
      return routes[exchange.url.pathname.slice(prefix.length)]?.(exchange) ?? { status: 404, body: "no such route" };
    },
  };
  return { protocol, seen };
}

/** Reads its first bytes, and the next long after. */
function late(body: ByteSource): ByteSource {
  const stream = async function* (): AsyncGenerator<Uint8Array> {
    let isFirst = true;
    for await (const piece of body.stream()) {
      yield piece;
      if (isFirst) await sleep(300);
      isFirst = false;
    }
  };
  return { size: body.size, oneShot: true, stream };
}

async function count(body: ByteSource, seen: Seen): Promise<HttpAnswer> {
  let length = 0;
  try {
    for await (const piece of body.stream()) length += piece.byteLength;
  } catch (error) {
    const reason = isUploadError(error) && error.code === "INTERRUPTED" ? error.details.reason : String(error);
    seen.broken.push({ bytes: length, reason });
    return { status: 408, body: reason };
  }
  return { status: 200, body: String(length) };
}

function range(field: string): HttpAnswer {
  const [, start = "0", end = "9"] = /^bytes=(\d)-(\d)$/.exec(field) ?? [];
  const slice = "0123456789".slice(Number(start), Number(end) + 1);
  return { status: 206, headers: { "Content-Range": `bytes ${start}-${end}/10` }, body: source(slice.length, [slice]) };
}

function source(size: number | null, pieces: readonly string[]): ByteSource {
  const stream = async function* (): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield Buffer.from(piece);
  };
  return { size, oneShot: true, stream };
}

function failing(pieces: readonly string[]): ByteSource {
  const stream = async function* (): AsyncGenerator<Uint8Array> {
    yield* source(null, pieces).stream();
    throw new UploadError("BACKEND_UNAVAILABLE", "no answer", { driver: "test" });
  };
  return { size: 50, oneShot: true, stream };
}

function endless(seen: Seen): ByteSource {
  const piece = new Uint8Array(64 * 1024);
  const stream = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield piece;
    } finally {
      seen.closed += 1;
    }
  };
  return { size: null, oneShot: true, stream };
}
