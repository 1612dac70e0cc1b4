import { chunkAt, type DirectGrant, type GrantRequest, UploadError, type UploadTarget } from "@stowage/core";
import { clientWriting, printBlockId, shortHash } from "../block/block-id.js";
import type { SignUrl } from "../access/sign-url.js";
import type { AzureContext } from "../context.js";
import { driverName } from "../errors.js";
import type { AzureHandle } from "../handle.js";
import { directName } from "../keys.js";
import { blobUrl } from "../wire/send.js";
import { lifeOf } from "./life-of.js";

/**
 * One Put Block for each chunk, into a blob beside the object's: such a URL lets its holder write all of the blob that it
 * names, so what comes by it is looked at, and copied, at completion. The server completes, whoever asks.
 */
export async function grant(
  context: AzureContext,
  sign: SignUrl,
  { mark }: AzureHandle,
  target: UploadTarget,
  { chunks }: GrantRequest,
): Promise<DirectGrant> {
  const { settings, runtime, account } = context;
  const { plan } = target;
  if (plan === null)
    throw new UploadError("UNSUPPORTED", "a grant needs a plan", { driver: driverName, capability: "direct" });
  const blob = directName(settings.prefix, target.key);
  const expiresAt = lifeOf(runtime.clock.now(), target.expiresAt);
  const sas = await sign({ blob, permissions: "w", expiresAt });
  const endpoint = settings.directEndpoint?.replace(/\/+$/, "") ?? account.endpoint;
  const upload = shortHash(mark);
  context.direct.add(target.key);
  const requests = Array.from({ length: chunks.end - chunks.start }, (_, at) => {
    const { start: offset } = chunkAt(plan, chunks.start + at);
    const id = printBlockId({ upload, writing: clientWriting, offset, place: 0, isLast: true });
    const query = `comp=block&blockid=${encodeURIComponent(id)}`;
    const url = blobUrl(endpoint, settings.container, blob, [query, sas]);
    return { method: "PUT", url, headers: {}, expiresAt } as const;
  });
  return { kind: "parts", requests, completion: { by: "server" } };
}
