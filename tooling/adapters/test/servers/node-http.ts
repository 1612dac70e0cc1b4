import { createServer, type Server } from "node:http";
import { nodeHandler } from "@stowage/server/node";
import { openDoor } from "./door.js";

/** The handler in a plain `node:http` server. */
export async function uploadServer(folder: string, keys: { token: string; signingKey: string }): Promise<Server> {
  const { door, engine } = await openDoor(folder, keys);
  return createServer(nodeHandler({ door })).on("close", () => void engine.close());
}
