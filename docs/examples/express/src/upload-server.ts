import { createServer, type Server } from "node:http";
import { createEngine } from "@stowage/core/engine";
import type { HttpExchange } from "@stowage/core/http";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { cloudreve } from "@stowage/protocol-cloudreve";
import { native } from "@stowage/protocol-native";
import { frontDoor } from "@stowage/server";
import { nodeHandler } from "@stowage/server/node";
import { sqliteStore } from "@stowage/store-sqlite";
import express from "express";

/** An Express app that takes uploads into `folder`: `@stowage/client`'s at /uploads, those of Cloudreve v4 at /api/v4. */
export async function uploadServer(folder: string, keys: { token: string; signingKey: string }): Promise<Server> {
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

  const app = express();
  app.use(["/uploads", "/api/v4"], nodeHandler({ door })); // Before any body parser.
  app.use(express.json());
  app.post("/greeting", (request, response) => void response.json({ hello: request.body.name }));
  return createServer(app).on("close", () => void engine.close());
}
