import { join } from "node:path";
import { createEngine } from "@stowage/core/engine";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { imageStore } from "@stowage/protocol-image-store";
import { native } from "@stowage/protocol-native";
import { frontDoor } from "@stowage/server";
import { nodeServer } from "@stowage/server/node";
import { sqliteStore } from "@stowage/store-sqlite";

// An image store in a process of its own, on the folder of the first argument: says its URL on one line, and ends when
// nobody holds its stdin any more. A bearer token is the owner's name.
const root = process.argv[2] ?? "";
const runtime = nodeRuntime();
const engine = createEngine({
  store: await sqliteStore({ path: join(root, "sessions.db"), durability: "process", runtime }),
  policies: [{ id: "disk", driver: local({ root: join(root, "files") }, runtime), chunks: { parallel: 16 } }],
  runtime,
});
const door = frontDoor({
  engine,
  mounts: [
    { prefix: "/ImageStore", protocol: imageStore({}, runtime) },
    { prefix: "/uploads", protocol: native() },
  ],
  identify: (exchange) => {
    const [, owner] = /^Bearer (\S+)$/.exec(exchange.header("authorization") ?? "") ?? [];
    return owner === undefined ? null : { owner, groups: [] };
  },
});
const { url } = await nodeServer({ door }).listen({ port: 0, host: "127.0.0.1" });
process.stdin.on("close", () => process.exit(0)).resume();
process.stdout.write(`${url}\n`);
