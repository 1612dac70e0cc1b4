import { slavePaths, slavePong } from "@stowage/cloudreve-wire";
import type { SlavePong } from "@stowage/cloudreve-wire";
import type { CallOptions } from "@stowage/core";
import { isDone, refusalOf } from "../errors.js";
import type { NodeApi } from "../node-api.js";
import type { NodeReply } from "../node-reply.js";

/** The version of Cloudreve's protocol between master and node that is spoken here. */
const masterVersion = "4.14.0";

/** Asks the node how it is. `callback`: a site that it tries to reach; empty: none. */
export function askPing(node: NodeApi, callback: string, options: CallOptions): Promise<NodeReply> {
  const headers = { "content-type": "application/json", "x-cr-version": masterVersion };
  const body = JSON.stringify({ callback });
  return node.ask({ method: "POST", path: slavePaths.ping, headers, body }, options);
}

/** What it says of itself; `null`: a node of Cloudreve, which says nothing. @throws {UploadError} `BACKEND_*` */
export function readPong(reply: NodeReply): SlavePong | null {
  if (!isDone(reply)) throw refusalOf(reply, { operation: "ping" });
  const parsed = slavePong.safeParse(reply.envelope?.data);
  return parsed.success ? parsed.data : null;
}
