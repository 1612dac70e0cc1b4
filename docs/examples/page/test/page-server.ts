import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createEngine } from "@stowage/core/engine";
import type { Protocol } from "@stowage/core/http";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { native } from "@stowage/protocol-native";
import { frontDoor } from "@stowage/server";
import { nodeServer } from "@stowage/server/node";
import { sqliteStore } from "@stowage/store-sqlite";

const source = join(import.meta.dirname, "../src");

/** The page, and the uploads that it makes into a folder. */
export interface PageServer {
  readonly url: string;
  /** Indexes of the chunks that came, one for each request. */
  readonly chunks: number[];
  close(): Promise<void>;
}

/** Listens on a free port of this machine. */
export async function pageServer(folder: string): Promise<PageServer> {
  const store = await sqliteStore({ path: join(folder, "stowage.db"), durability: "process" });
  const policies = [{ id: "disk", driver: local({ root: join(folder, "files") }), chunks: { size: 4_194_304 } }];
  const engine = createEngine({ store, policies, runtime: nodeRuntime() });
  const chunks: number[] = [];
  const uploads = native();
  const counted: Protocol = {
    ...uploads,
    handle: async (exchange, access, options) => {
      const chunk = /\/chunks\/(\d+)$/.exec(exchange.url.pathname)?.[1];
      if (chunk !== undefined) {
        chunks.push(Number(chunk));
        // A line that is slow enough for somebody to press a button.
        await setTimeout(250);
      }
      return uploads.handle(exchange, access, options);
    },
  };
  const mounts = [
    { prefix: "/uploads", protocol: counted },
    { prefix: "", protocol: await page() },
  ];
  const door = frontDoor({ engine, mounts, identify: () => ({ owner: "alice", groups: [] }) });
  const server = nodeServer({ door });
  const { url } = await server.listen({ port: 0, host: "127.0.0.1" });
  const close = async (): Promise<void> => {
    await server.close({ graceMs: 0, settleMs: 500 });
    await engine.close();
  };
  return { url, chunks, close };
}

/** The page as a bundler makes it. */
async function page(): Promise<Protocol> {
  const html = await readFile(join(source, "upload-page.html"));
  const bundle = await build({
    entryPoints: [join(source, "upload-page.ts")],
    bundle: true,
    format: "esm",
    conditions: ["@stowage/source"],
    write: false,
  });
  const script = bundle.outputFiles[0]?.contents ?? new Uint8Array();
  return {
    name: "page",
    handle: async ({ url }) =>
      url.pathname === "/upload-page.js"
        ? { status: 200, headers: { "content-type": "text/javascript" }, body: script }
        : { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body: html },
  };
}
