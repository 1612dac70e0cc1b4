import { createAdaptorServer, type ServerType } from "@hono/node-server";
import { createEngine } from "@stowage/core/engine";
import type { HttpExchange } from "@stowage/core/http";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { cloudreve } from "@stowage/protocol-cloudreve";
import { native } from "@stowage/protocol-native";
import { frontDoor } from "@stowage/server";
import { fetchHandler } from "@stowage/server/fetch";
import { sqliteStore } from "@stowage/store-sqlite";
import { Hono } from "hono";

/** A Hono app that takes uploads into `folder`: `@stowage/client`'s at /uploads, those of Cloudreve v4 at /api/v4. */
export async function uploadServer(folder: string, keys: { token: string; signingKey: string }): Promise<ServerType> {
  const store = await sqliteStore({ path: `${folder}/stowage.db`, durability: "process" });
  const policies = [{ id: "disk", driver: local({ root: `${folder}/files` }) }];
  const engine = createEngine({ store, policies, runtime: nodeRuntime() });
  const mounts = [
    { prefix: "/uploads", protocol: native() },
    { prefix: "/api/v4", protocol: cloudreve({ signingKey: keys.signingKey }) },
  ];
  const identify = (exchange: HttpExchange) =>
    exchange.header("authorization") === `Bearer ${keys.token}` ? { owner: "alice", groups: [] } : null; // Or from your cookie.
  const door = frontDoor({ engine, mounts, identify, cors: { origins: ["https://app.example"] } });

  const app = new Hono();
  const handle = fetchHandler({ door });
  for (const { prefix } of mounts) app.all(`${prefix}/*`, ({ req }) => handle(req.raw));
  app.post("/greeting", async (context) => context.json({ hello: (await context.req.json<{ name: string }>()).name }));
  return createAdaptorServer(app).on("close", () => void engine.close());
}
