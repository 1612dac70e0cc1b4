import { decodePath } from "@stowage/cloudreve-wire";
import { originOf } from "../node-api.js";
import type { NodeApi } from "../node-api.js";
import { contentPath } from "./content-path.js";

/** A URL of the node to read an object with, for so long. No request is made, so the object need not be there. */
export async function signRead({ settings, signer, runtime }: NodeApi, key: string, ttlMs: number): Promise<string> {
  const path = contentPath(key);
  const expires = Math.floor((runtime.clock.now() + ttlMs) / 1000);
  const sign = await signer.signUrl(decodePath(path) ?? path, expires);
  return `${originOf(settings.directUrl ?? settings.url)}${path}?sign=${encodeURIComponent(sign)}`;
}
