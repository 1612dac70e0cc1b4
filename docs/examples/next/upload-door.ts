import { createEngine } from "@stowage/core/engine";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { cloudreve } from "@stowage/protocol-cloudreve";
import { native } from "@stowage/protocol-native";
import { frontDoor, type FrontDoor } from "@stowage/server";
import { sqliteStore } from "@stowage/store-sqlite";

const {
  UPLOADS_FOLDER: folder = "uploads",
  UPLOADS_TOKEN: token = "",
  UPLOADS_SIGNING_KEY: signingKey = "",
} = process.env;

/** What takes the app's uploads: `@stowage/client`'s at /uploads, those of Cloudreve v4 at /api/v4. */
export async function openUploadDoor(): Promise<FrontDoor> {
  const store = await sqliteStore({ path: `${folder}/stowage.db`, durability: "process" });
  const policies = [{ id: "disk", driver: local({ root: `${folder}/files` }) }];
  const engine = createEngine({ store, policies, runtime: nodeRuntime() });
  const mounts = [
    { prefix: "/uploads", protocol: native() },
    { prefix: "/api/v4", protocol: cloudreve({ signingKey }) },
  ];
  return frontDoor({
    engine,
    mounts,
    identify: (exchange) =>
      token !== "" && exchange.header("authorization") === `Bearer ${token}` ? { owner: "alice", groups: [] } : null,
    cors: { origins: ["https://app.example"] },
  });
}
