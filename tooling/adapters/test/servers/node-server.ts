import { nodeServer, type NodeServer } from "@stowage/server/node";
import { openDoor } from "./door.js";

/** Our own server. */
export async function uploadServer(folder: string, keys: { token: string; signingKey: string }): Promise<NodeServer> {
  const { door, engine } = await openDoor(folder, keys);
  const server = nodeServer({ door });
  server.http.on("close", () => void engine.close());
  return server;
}
