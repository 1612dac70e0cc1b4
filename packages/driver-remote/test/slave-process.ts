import { join } from "node:path";
import { createEngine } from "@stowage/core/engine";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { cloudreveSlave } from "@stowage/protocol-cloudreve/slave";
import { native } from "@stowage/protocol-native";
import { frontDoor } from "@stowage/server";
import { nodeServer } from "@stowage/server/node";
import { sqliteStore } from "@stowage/store-sqlite";

// A storage node in a process of its own, on the folder of the first argument, with the key of the second, at the port of the
// third: says its URL on one line, and ends when nobody holds its stdin any more. Its files are looked at, around its own
// routes, at /look.
const [, , root = "", key = "", port = "0"] = process.argv;
const runtime = nodeRuntime();
const engine = createEngine({
  store: await sqliteStore({ path: join(root, "sessions.db"), durability: "process", runtime }),
  policies: [{ id: "disk", driver: local({ root: join(root, "files") }, runtime), chunks: { parallel: 64 } }],
  runtime,
});
const slave = cloudreveSlave({ key }, runtime);
const door = frontDoor({
  engine,
  mounts: [
    { prefix: "/api/v4/slave", protocol: slave },
    { prefix: "/look", protocol: native() },
  ],
  identify: () => ({ owner: "node", groups: [] }),
});
const { url } = await nodeServer({ door }).listen({ port: Number(port), host: "127.0.0.1" });
slave.start(engine);
process.stdin.on("close", () => process.exit(0)).resume();
process.stdout.write(`${url}\n`);
