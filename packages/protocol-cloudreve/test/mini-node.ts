import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { nodeSigner, slavePaths } from "@stowage/cloudreve-wire";
import { bytes, fromBytes, UploadError } from "@stowage/core";
import type { Receipt, StorageDriver, UploadTarget } from "@stowage/core";

export const nodeKey = "n".repeat(64);

/** A node's upload route over real HTTP, and a driver for it: what the front-end sees of `@stowage/driver-remote`. */
export interface MiniNode {
  readonly driver: StorageDriver;
  readonly uploads: Map<string, { readonly target: UploadTarget; readonly chunks: Map<number, Buffer> }>;
  readonly objects: Map<string, Buffer>;
  /** Whom the node would tell, by session. */
  readonly callbacks: Map<string, string>;
  /** Calls of the driver, by name. */
  readonly calls: string[];
  /** Tells the master, as a node does. `expires`: seconds since 1970. */
  sign(url: string, expires: number, key?: string): Promise<string>;
  close(): Promise<void>;
}

const now = (): number => Math.floor(Date.now() / 1000);

/** Listens on loopback. */
export async function openMiniNode(): Promise<MiniNode> {
  const signer = nodeSigner([nodeKey]);
  const state = { uploads: new Map(), objects: new Map(), callbacks: new Map(), calls: [] } as Pick<
    MiniNode,
    "uploads" | "objects" | "callbacks" | "calls"
  >;
  const server = createServer((request, response) => void serve(state, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...state,
    driver: miniDriver(state, origin),
    sign: (url, expires, key = nodeKey) =>
      nodeSigner([key]).signHeader({ path: new URL(url).pathname, headers: {}, body: "" }, expires),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  function miniDriver({ uploads, objects, callbacks, calls }: typeof state, at: string): StorageDriver {
    const find = (id: string) => {
      const found = uploads.get(id);
      if (found === undefined) throw new UploadError("BACKEND_LOST_UPLOAD", "no such upload", { driver: "remote" });
      return found;
    };
    return {
      name: "remote",
      capabilities: {
        ordering: { kind: "any", maxParallel: 64 },
        part: { minSize: 1, maxSize: Number.MAX_SAFE_INTEGER, maxCount: 1_000_000, uniform: true },
      },
      begin: async (target) => {
        calls.push("begin");
        uploads.set(target.sessionId, { target, chunks: new Map() });
        return {};
      },
      sink: (_handle, target) => ({
        write: async ({ index, offset, body }) => {
          calls.push("write");
          const sent = Buffer.from(await bytes(body, 2 ** 30));
          find(target.sessionId).chunks.set(index ?? 0, sent);
          return { offset, size: sent.length, token: "" };
        },
        complete: async () => {
          calls.push("complete");
          const { chunks } = find(target.sessionId);
          const whole = Buffer.concat([...chunks].toSorted(([a], [b]) => a - b).map(([, chunk]) => chunk));
          objects.set(target.key, whole);
          return { key: target.key, size: whole.length };
        },
        probe: async () => {
          calls.push("probe");
          const object = objects.get(target.key);
          if (object !== undefined) return { kind: "complete", object: { key: target.key, size: object.length } };
          const step = target.plan?.chunkSize ?? 0;
          const parts: Receipt[] = [...find(target.sessionId).chunks].map(([index, chunk]) => ({
            offset: index * step,
            size: chunk.length,
            token: "",
          }));
          return { kind: "open", parts };
        },
      }),
      abort: async (_handle, { sessionId, key }) => {
        uploads.delete(sessionId);
        objects.delete(key);
      },
      direct: {
        recipe: "parts",
        maxTtlMs: 24 * 3600 * 1000,
        grant: async (_handle, target, { chunks, callbackUrl }) => {
          calls.push("grant");
          if (callbackUrl !== undefined) callbacks.set(target.sessionId, callbackUrl);
          const path = slavePaths.session(target.sessionId);
          const expires = Math.floor(target.expiresAt / 1000);
          const credential = await signer.signHeader({ path, headers: {}, body: "" }, expires);
          const requests = Array.from({ length: chunks.end - chunks.start }, (_, index) => ({
            method: "POST" as const,
            url: `${at}${path}?chunk=${chunks.start + index}`,
            headers: { authorization: credential },
            expiresAt: expires * 1000,
          }));
          const vendor = { upload_url: `${at}${path}`, credential };
          return { kind: "parts", requests, completion: { by: "backend" }, vendor };
        },
        verifyCallback: async (_handle, _target, { url, headers, body }) => {
          calls.push("verify");
          const request = { path: new URL(url).pathname, headers, body: Buffer.from(body).toString() };
          const verdict = await signer.verifyHeader(request, headers["authorization"], now());
          if (verdict !== "valid")
            throw new UploadError("FORBIDDEN", `signature ${verdict}`, { reason: `signature ${verdict}` });
        },
      },
      objects: {
        stat: async (key) => ({ key, size: objects.get(key)?.length ?? 0 }),
        read: async (key, range) =>
          fromBytes((objects.get(key) ?? Buffer.alloc(0)).subarray(range?.start ?? 0, range?.end)),
        remove: async (key) => void objects.delete(key),
      },
    };
  }

  async function serve(
    { uploads, objects }: typeof state,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { pathname, searchParams } = new URL(request.url ?? "", "http://node.test");
    const signed = { path: pathname, headers: {}, body: "" };
    const verdict = await signer.verifyHeader(signed, request.headers.authorization, now());
    const found = uploads.get(pathname.split("/").at(-1) ?? "");
    const isTaken = verdict === "valid" && found !== undefined;
    if (isTaken) {
      found.chunks.set(Number(searchParams.get("chunk")), Buffer.concat(pieces));
      const { target, chunks } = found;
      if (chunks.size === target.plan?.count)
        objects.set(target.key, Buffer.concat([...chunks].toSorted(([a], [b]) => a - b).map(([, chunk]) => chunk)));
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(isTaken ? { code: 0, msg: "" } : { code: 40071, msg: verdict }));
  }
}
