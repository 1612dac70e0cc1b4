import { encodeKey } from "@stowage/s3-wire";
import type { S3Context } from "../context.js";
import { lifeOf } from "../direct/life-of.js";
import { storeKey } from "../keys.js";

/** A URL to read an object with, for at most seven days. No request is made, so the object need not be there. */
export async function signRead(context: S3Context, key: string, ttlMs: number): Promise<string> {
  const { directAddress, runtime, settings } = context;
  const now = runtime.clock.now();
  const signing = await context.signing();
  const path = directAddress.base + encodeKey(storeKey(settings.prefix, key));
  const request = { method: "GET", origin: directAddress.origin, path, query: {}, headers: {} };
  return signing.signer.signUrls(request, now, lifeOf(signing, now, now + ttlMs).seconds)();
}
