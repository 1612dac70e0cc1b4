import { UploadError } from "@stowage/core";
import type { CallOptions } from "@stowage/core";
import { driverName } from "../errors.js";
import type { NodeApi } from "../node-api.js";
import { askPing, readPong } from "./ask-pong.js";

/** `StorageDriver.ping`: one small request. @throws {UploadError} `BACKEND_FULL`, and what says that it is not up */
export async function ping(node: NodeApi, options: CallOptions): Promise<void> {
  const pong = readPong(await askPing(node, "", options));
  if (pong?.is_full === true)
    throw new UploadError("BACKEND_FULL", "the node is full", { driver: driverName }, { retry: "same" });
}
