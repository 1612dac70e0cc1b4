import { createHash, createHmac, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { bytes, fromBytes, UploadError } from "@stowage/core";
import type { ChunkSink, DirectGrant, Receipt, SignedRequest, StorageDriver, UploadTarget } from "@stowage/core";

/** A store with S3's multipart form and signed URLs, over real HTTP, that refuses what S3 refuses of a part or a completion. */
export interface MiniS3 {
  /** Named `s3`, so that the front-end takes it for what it knows. */
  readonly driver: StorageDriver;
  readonly uploads: Map<string, MiniUpload>;
  readonly objects: Map<string, { readonly upload: string; readonly bytes: Buffer }>;
  /** Calls of the driver, by name. */
  readonly calls: string[];
  /** What the next calls of the driver throw. */
  fail(error: Error | null): void;
  close(): Promise<void>;
}

interface MiniUpload {
  readonly key: string;
  readonly parts: Map<number, { readonly etag: string; readonly bytes: Buffer }>;
}

export interface MiniS3Options {
  /** Appended to each URL, as a session token is. */
  readonly token?: string;
  readonly ttlMs?: number;
  readonly completion?: "client" | "server";
  /** As a vendor's own client would have to send it. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxSize?: number;
}

/** Listens on loopback. */
export async function openMiniS3(options: MiniS3Options = {}): Promise<MiniS3> {
  const uploads: MiniS3["uploads"] = new Map();
  const objects: MiniS3["objects"] = new Map();
  const calls: string[] = [];
  let failure: Error | null = null;
  const called = (name: string): void => {
    calls.push(name);
    if (failure !== null) throw failure;
  };
  const server = createServer((request, response) => void serve({ uploads, objects }, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    driver: miniDriver({ uploads, objects, called, origin, options }),
    uploads,
    objects,
    calls,
    fail: (error) => {
      failure = error;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Store = Pick<MiniS3, "uploads" | "objects">;
type Context = Store & {
  readonly called: (name: string) => void;
  readonly origin: string;
  readonly options: MiniS3Options;
};

function miniDriver(context: Context): StorageDriver {
  const { uploads, objects, called, options } = context;
  return {
    name: "s3",
    capabilities: {
      ordering: { kind: "any", maxParallel: 100 },
      part: { minSize: 1, maxSize: options.maxSize ?? 5 * 2 ** 30, maxCount: 10_000 },
    },
    begin: async ({ key }) => {
      called("begin");
      const upload = randomUUID();
      uploads.set(upload, { key, parts: new Map() });
      return { upload };
    },
    sink: (handle, target) => miniSink(context, idOf(handle), target),
    abort: async (_handle, { key }) => {
      called("abort");
      for (const [id, open] of uploads) if (open.key === key) uploads.delete(id);
    },
    direct: {
      recipe: "parts",
      maxTtlMs: options.ttlMs ?? 7 * 24 * 3600 * 1000,
      grant: async (handle, target, { chunks }) => {
        called("grant");
        return grant(context, idOf(handle), target, chunks);
      },
    },
    objects: {
      stat: async (key) => {
        called("stat");
        const found = objects.get(key);
        return found === undefined ? null : { key, size: found.bytes.length };
      },
      read: async (key, range) => {
        const { bytes: all = Buffer.alloc(0) } = objects.get(key) ?? {};
        return fromBytes(all.subarray(range?.start ?? 0, range?.end ?? all.length));
      },
      remove: async (key) => void objects.delete(key),
    },
  };
}

function idOf(handle: unknown): string {
  return (handle as { readonly upload: string }).upload;
}

function miniSink({ uploads, objects, called }: Context, id: string, target: UploadTarget): ChunkSink {
  const size = target.plan?.chunkSize ?? 0;
  const open = (): MiniUpload => {
    const found = uploads.get(id);
    if (found === undefined) throw new UploadError("BACKEND_LOST_UPLOAD", "no such upload", { driver: "s3" });
    return found;
  };
  const receipts = ({ parts }: MiniUpload): readonly Receipt[] =>
    [...parts].map(([number, part]) => ({
      offset: (number - 1) * size,
      size: part.bytes.length,
      token: part.etag,
    }));
  return {
    write: async ({ index, offset, body }) => {
      called("write");
      const sent = Buffer.from(await bytes(body, 2 ** 30));
      const token = putPart(open(), (index ?? 0) + 1, sent);
      return { offset, size: sent.length, token };
    },
    complete: async (given) => {
      called("complete");
      const there = objects.get(target.key);
      if (there === undefined && given.length > 0) {
        completeUpload(
          { uploads, objects },
          id,
          given.map(({ offset, token }) => [offset / size + 1, token]),
        );
      } else if (there === undefined) {
        objects.set(target.key, { upload: id, bytes: Buffer.alloc(0) });
        uploads.delete(id);
      }
      return { key: target.key, size: objects.get(target.key)?.bytes.length ?? 0 };
    },
    probe: async () => {
      called("probe");
      const object = objects.get(target.key);
      if (object !== undefined) return { kind: "complete", object: { key: target.key, size: object.bytes.length } };
      return uploads.has(id) ? { kind: "open", parts: receipts(open()) } : { kind: "gone" };
    },
  };
}

function putPart({ parts }: MiniUpload, number: number, sent: Buffer): string {
  const etag = `"${createHash("md5").update(sent).digest("hex")}"`;
  parts.set(number, { etag, bytes: sent });
  return etag;
}

/** What it refuses is thrown as S3's name for it. */
function completeUpload(
  { uploads, objects }: Store,
  id: string,
  listed: readonly (readonly [number: number, etag: string])[],
): void {
  const open = uploads.get(id);
  if (open === undefined) throw new Error("NoSuchUpload");
  if (listed.length === 0) throw new Error("MalformedXML");
  if (listed.some(([number], at) => at > 0 && number <= (listed[at - 1]?.[0] ?? 0)))
    throw new Error("InvalidPartOrder");
  if (listed.some(([number, etag]) => open.parts.get(number)?.etag !== etag)) throw new Error("InvalidPart");
  if (objects.has(open.key)) throw new Error("PreconditionFailed");
  objects.set(open.key, {
    upload: id,
    bytes: Buffer.concat(listed.map(([number]) => open.parts.get(number)?.bytes ?? Buffer.alloc(0))),
  });
  uploads.delete(id);
}

function grant(
  { origin, options }: Context,
  id: string,
  target: UploadTarget,
  { start, end }: { readonly start: number; readonly end: number },
): DirectGrant {
  const expiresAt = Math.min(target.expiresAt, Date.now() + (options.ttlMs ?? Infinity));
  const request = (method: SignedRequest["method"], part: string): SignedRequest => {
    const path = `/${encodeURIComponent(target.key)}?uploadId=${id}${part}&token=${options.token ?? ""}&expires=${expiresAt}`;
    const url = `${origin}${path}&signature=${signatureOf(method, path)}`;
    return { method, url, headers: options.headers ?? {}, expiresAt };
  };
  const requests = Array.from({ length: end - start }, (_, at) => request("PUT", `&partNumber=${start + at + 1}`));
  const completion =
    options.completion === "server"
      ? ({ by: "server" } as const)
      : ({ by: "client", request: request("POST", "") } as const);
  return { kind: "parts", requests, completion, vendor: { upload_id: id } };
}

function signatureOf(method: string, path: string): string {
  return createHmac("sha256", "secret").update(`${method} ${path}`).digest("hex");
}

async function serve(store: Store, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // As bucket CORS has to be for Cloudreve's web client.
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("access-control-expose-headers", "ETag");
  if (request.method === "OPTIONS") {
    const allowed = {
      "access-control-allow-methods": "GET, POST, PUT",
      "access-control-allow-headers": "content-type",
    };
    response.writeHead(200, allowed).end();
    return;
  }
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  try {
    const etag = answer(store, request, Buffer.concat(pieces));
    response.writeHead(200, etag === null ? {} : { etag }).end(etag === null ? "<CompleteMultipartUploadResult/>" : "");
  } catch (error) {
    const code = (error as Error).message;
    response.writeHead(code === "NoSuchUpload" ? 404 : code === "AccessDenied" ? 403 : 400);
    response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
  }
}

/** The ETag of a part, `null` for a completion. */
function answer(store: Store, { method = "", url = "", headers }: IncomingMessage, body: Buffer): string | null {
  const [path = "", signature = ""] = url.split("&signature=");
  const query = new URL(url, "http://s3.test").searchParams;
  if (signature !== signatureOf(method, path) || Number(query.get("expires")) < Date.now())
    throw new Error("AccessDenied");
  const id = query.get("uploadId") ?? "";
  if (method === "POST") {
    completeUpload(store, id, listedIn(body.toString()));
    return null;
  }
  const open = store.uploads.get(id);
  if (open === undefined) throw new Error("NoSuchUpload");
  if (headers["content-length"] === undefined) throw new Error("MissingContentLength");
  return putPart(open, Number(query.get("partNumber")), body);
}

/** Strictly what the web client writes. */
function listedIn(xml: string): (readonly [number, string])[] {
  const part = /<Part><PartNumber>(\d+)<\/PartNumber><ETag>([^<]*)<\/ETag><\/Part>/g;
  const whole =
    /^<CompleteMultipartUpload>(<Part><PartNumber>\d+<\/PartNumber><ETag>[^<]*<\/ETag><\/Part>)*<\/CompleteMultipartUpload>$/;
  if (!whole.test(xml)) throw new Error("MalformedXML");
  return [...xml.matchAll(part)].map(([, number, etag]) => [Number(number), etag ?? ""]);
}
