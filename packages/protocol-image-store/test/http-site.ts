import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import { memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { native } from "@stowage/protocol-native";
import { frontDoor } from "@stowage/server";
import { nodeServer } from "@stowage/server/node";
import { imageStore } from "../src/index.js";

/** What came over the wire, head only. */
export interface Recorded {
  readonly line: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The front-end behind a real server, over files on a disk, with another front-end beside it. */
export interface HttpSite {
  readonly url: string;
  readonly engine: Engine;
  readonly recorded: readonly Recorded[];
  close(): Promise<void>;
}

/** Listens on a free port of the loopback. `Authorization: Bearer NAME` says who asks; without it, alice does. */
export async function openHttpSite(): Promise<HttpSite> {
  const root = await mkdtemp(join(tmpdir(), "stowage-image-store-"));
  const runtime = nodeRuntime();
  const driver = local({ root }, runtime);
  const engine = createEngine({ store: memoryStore(), policies: [{ id: "disk", driver }], runtime });
  const door = frontDoor({
    engine,
    mounts: [
      { prefix: "/ImageStore", protocol: imageStore({}, runtime) },
      { prefix: "/uploads", protocol: native() },
    ],
    identify: (exchange) => ({
      owner: exchange.header("authorization")?.replace(/^Bearer /, "") ?? "alice",
      groups: [],
    }),
  });
  const server = nodeServer({ door });
  const recorded: Recorded[] = [];
  server.http.prependListener("request", ({ method, url, headers }) =>
    recorded.push({ line: `${method} ${url}`, headers }),
  );
  const { url } = await server.listen({ port: 0, host: "127.0.0.1" });
  return {
    url,
    engine,
    recorded,
    close: async () => {
      await server.close({ graceMs: 0, settleMs: 500 });
      await engine.close();
      await rm(root, { recursive: true });
    },
  };
}
