import { createEngine } from "@stowage/core/engine";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { frontDoor } from "@stowage/server";
import { nodeServer } from "@stowage/server/node";
import { sqliteStore } from "@stowage/store-sqlite";
import { media } from "../src/index.js";

/** A server as a program: the folder that it keeps everything in is its argument, whoever asks is named by their token. */
const [folder = ""] = process.argv.slice(2);
const runtime = nodeRuntime();
const engine = createEngine({
  store: await sqliteStore({ path: `${folder}/sessions.db`, durability: "process", runtime }),
  policies: [{ id: "disk", driver: local({ root: `${folder}/files` }, runtime) }],
  runtime,
});
const door = frontDoor({
  engine,
  mounts: [{ prefix: "/api/v2/media", protocol: media({}, runtime) }],
  identify: (exchange) => {
    const [, owner] = /^Bearer (\w+)$/.exec(exchange.header("authorization") ?? "") ?? [];
    return owner === undefined ? null : { owner, groups: [] };
  },
});
const { url } = await nodeServer({ door }).listen({ port: 0, host: "127.0.0.1" });
process.stdout.write(`${url}\n`);
