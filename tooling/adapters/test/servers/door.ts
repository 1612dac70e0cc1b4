import type { Engine } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { cloudreve } from "@stowage/protocol-cloudreve";
import { native } from "@stowage/protocol-native";
import { frontDoor, type FrontDoor } from "@stowage/server";
import { sqliteStore } from "@stowage/store-sqlite";

/** The same door as in the examples, for adapters without a framework. */
export async function openDoor(
  folder: string,
  keys: { readonly token: string; readonly signingKey: string },
): Promise<{ readonly door: FrontDoor; readonly engine: Engine }> {
  const store = await sqliteStore({ path: `${folder}/stowage.db`, durability: "process" });
  const policies = [{ id: "disk", driver: local({ root: `${folder}/files` }) }];
  const engine = createEngine({ store, policies, runtime: nodeRuntime() });
  const mounts = [
    { prefix: "/uploads", protocol: native() },
    { prefix: "/api/v4", protocol: cloudreve({ signingKey: keys.signingKey }) },
  ];
  const door = frontDoor({
    engine,
    mounts,
    identify: (exchange) =>
      exchange.header("authorization") === `Bearer ${keys.token}` ? { owner: "alice", groups: [] } : null,
    cors: { origins: ["https://app.example"] },
  });
  return { door, engine };
}
