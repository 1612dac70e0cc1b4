import { type CallOptions, UploadError } from "@stowage/core";
import type { AzureContext } from "../context.js";
import { driverName } from "../errors.js";
import { lifeOf } from "../direct/life-of.js";
import { blobName } from "../keys.js";
import { blobUrl } from "../wire/send.js";

/** A URL to read an object with, for at most seven days. No request is made for it, so the object need not be there. */
export async function signRead(
  context: AzureContext,
  key: string,
  ttlMs: number,
  { signal }: CallOptions,
): Promise<string> {
  if (signal.aborted) throw signal.reason;
  const { access, runtime, settings, account } = context;
  if (access.sign === null)
    throw new UploadError("UNSUPPORTED", "a SAS makes no URLs", { driver: driverName, capability: "signRead" });
  const now = runtime.clock.now();
  const blob = blobName(settings.prefix, key);
  const query = await access.sign({ blob, permissions: "r", expiresAt: lifeOf(now, now + ttlMs) });
  return blobUrl(settings.directEndpoint?.replace(/\/+$/, "") ?? account.endpoint, settings.container, blob, [query]);
}
