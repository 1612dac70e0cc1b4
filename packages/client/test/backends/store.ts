import { bytes, fromBytes } from "@stowage/core";
import type { DirectGrant, DirectUploads, Json, Receipt, StorageDriver, UploadTarget } from "@stowage/core";
import { memoryDriver } from "@stowage/core/memory";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { crc32 } from "node:zlib";

const options = { signal: new AbortController().signal };

/** What a backend of the tests does with a request, once it is all there. */
export type Serve = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void | Promise<void>;

/** What goes wrong with the next request; `null`: nothing. A number is a status. */
export type Fault = "reset" | "lost-reply" | number | null;

export interface Backend {
  readonly driver: StorageDriver;
  readonly url: string;
  readonly requests: string[];
  close(): Promise<void>;
}

/** Where a backend keeps things: the memory driver, behind the engine's back. */
export interface Store {
  write(offset: number, bytes: Buffer): Promise<void>;
  /** Makes the object of all that was written. */
  finish(): Promise<void>;
  target(): UploadTarget;
}

/** A real HTTP server as the backend of a driver, whose grants point to it. */
export async function openBackend(
  recipe: DirectUploads["recipe"],
  given: {
    readonly serve: (store: Store) => Serve;
    readonly grant: (url: string, target: UploadTarget, start: number, end: number) => DirectGrant;
    readonly nextFault?: () => Fault;
    /** A body that broke off. */
    readonly broken?: (request: IncomingMessage, body: Buffer) => void;
  },
): Promise<Backend> {
  const inner = memoryDriver({});
  let open: { readonly handle: Json; readonly target: UploadTarget } | null = null;
  const receipts: Receipt[] = [];
  const known = () => {
    if (open === null) throw new Error("nothing was granted");
    return open;
  };
  let isFinished = false;
  const store: Store = {
    target: () => known().target,
    write: async (offset, bytes) => {
      if (isFinished) return;
      const chunk = { offset, index: null, isLast: false, whole: true, attempt: `d${offset}`, body: fromBytes(bytes) };
      receipts.push(await inner.sink(known().handle, known().target).write(chunk, options));
    },
    finish: async () => {
      isFinished = true;
      await inner.sink(known().handle, known().target).complete(receipts, options);
    },
  };
  const requests: string[] = [];
  const serve = given.serve(store);
  const server = createServer((request, response) => {
    const fault = given.nextFault?.() ?? null;
    requests.push(
      `${request.method} ${request.url?.split("?", 1)[0]} ${request.headers["content-range"] ?? ""}`.trim(),
    );
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => {
      pieces.push(piece);
      if (fault === "reset") request.socket.resetAndDestroy();
    });
    request.on("error", () => given.broken?.(request, Buffer.concat(pieces)));
    request.on("end", () => {
      if (fault === "reset") return void request.socket.resetAndDestroy();
      if (typeof fault === "number") return void response.writeHead(fault).end("<Error/>");
      if (fault === "lost-reply") response.end = (() => request.socket.resetAndDestroy()) as never;
      void serve(request, Buffer.concat(pieces), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    driver: {
      ...inner,
      ...(inner.objects === undefined ? {} : { objects: { ...inner.objects, stat: statWithChecksum(inner.objects) } }),
      direct: {
        recipe,
        maxTtlMs: 60_000,
        grant: async (handle, target, { chunks }) => {
          open = { handle, target };
          return given.grant(url, target, chunks.start, chunks.end);
        },
      },
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Tells the CRC-32 of an object, as S3 does when asked for it. */
function statWithChecksum(objects: NonNullable<StorageDriver["objects"]>): typeof objects.stat {
  return async (key, call) => {
    const found = await objects.stat(key, call);
    if (found === null) return null;
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32(await bytes(await objects.read!(key, null, call), 1e9)));
    return { ...found, checksum: { algorithm: "crc32", value: value.toString("base64") } };
  };
}
