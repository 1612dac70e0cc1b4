import { createServer, type Server } from "node:http";
import { createEngine } from "@stowage/core/engine";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { cloudreve } from "@stowage/protocol-cloudreve";
import { frontDoor } from "@stowage/server";
import { nodeHandler } from "@stowage/server/node";
import { sqliteStore } from "@stowage/store-sqlite";

/** A plain `node:http` server that takes Cloudreve v4 uploads into `folder`; uploads go on after a restart. */
export async function uploadServer(folder: string, signingKey: string): Promise<Server> {
  const store = await sqliteStore({ path: `${folder}/stowage.db`, durability: "process" });
  const policies = [{ id: "disk", driver: local({ root: `${folder}/files` }) }];
  const engine = createEngine({ store, policies, runtime: nodeRuntime() });
  const mounts = [{ prefix: "/api/v4", protocol: cloudreve({ signingKey }) }];
  const identify = () => ({ owner: "everybody", groups: [] }); // Who asks: yours to settle, from a cookie or a token.
  const server = createServer(nodeHandler({ door: frontDoor({ engine, mounts, identify }) }));
  return server.on("close", () => void engine.close());
}
