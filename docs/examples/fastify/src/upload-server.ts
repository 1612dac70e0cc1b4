import { createEngine } from "@stowage/core/engine";
import type { HttpExchange } from "@stowage/core/http";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { cloudreve } from "@stowage/protocol-cloudreve";
import { native } from "@stowage/protocol-native";
import { frontDoor } from "@stowage/server";
import { fastifyHandler } from "@stowage/server/fastify";
import { sqliteStore } from "@stowage/store-sqlite";
import fastify, { type FastifyInstance } from "fastify";

/** A Fastify app that takes uploads into `folder`: `@stowage/client`'s at /uploads, those of Cloudreve v4 at /api/v4. */
export async function uploadServer(
  folder: string,
  keys: { token: string; signingKey: string },
): Promise<FastifyInstance> {
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

  const app = fastify();
  for (const { prefix } of mounts) await app.register(fastifyHandler({ door }), { prefix });
  app.post<{ Body: { name: string } }>("/greeting", async ({ body }) => ({ hello: body.name }));
  return app.addHook("onClose", () => engine.close());
}
