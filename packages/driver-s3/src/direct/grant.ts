import { chunkAt, type DirectGrant, type GrantRequest, UploadError, type UploadTarget } from "@stowage/core";
import { encodeKey, partUrls } from "@stowage/s3-wire";
import type { S3Context } from "../context.js";
import { driverName, lostUpload } from "../errors.js";
import type { S3Handle } from "../handle.js";
import { storeKey } from "../keys.js";
import { lifeOf } from "./life-of.js";

/**
 * One signed PUT for each chunk, bound to the chunk's length: a body of another size is refused by the store. They live as
 * long as the session may. With completion by the client, a signed POST and the upload's id come along.
 */
export async function grant(
  context: S3Context,
  { uploadId }: S3Handle,
  target: UploadTarget,
  { chunks, completeBy }: GrantRequest,
): Promise<DirectGrant> {
  const { directAddress, runtime, settings } = context;
  const { plan } = target;
  if (plan === null)
    throw new UploadError("UNSUPPORTED", "a grant needs a plan", { driver: driverName, capability: "direct" });
  if (uploadId === null) throw lostUpload("grant");
  const now = runtime.clock.now();
  const signing = await context.signing();
  const { seconds, expiresAt } = lifeOf(signing, now, target.expiresAt);
  const { origin, base } = directAddress;
  const address = { origin, path: base + encodeKey(storeKey(settings.prefix, target.key)) };
  const parts = Array.from({ length: chunks.end - chunks.start }, (_, at) => {
    const { start, end } = chunkAt(plan, chunks.start + at);
    return { number: chunks.start + at + 1, size: end - start };
  });
  const urls = partUrls(signing.signer, { address, uploadId, parts, at: now, seconds });
  const recipe = {
    kind: "parts",
    requests: urls.map((url) => ({ method: "PUT", url, headers: {}, expiresAt }) as const),
  } as const;
  if (completeBy === "server") return { ...recipe, completion: { by: "server" } };
  const post = { method: "POST", ...address, query: { uploadId }, headers: {} } as const;
  const url = signing.signer.signUrls(post, now, seconds)();
  const request = { method: "POST", url, headers: { "content-type": "application/xml" }, expiresAt } as const;
  return { ...recipe, completion: { by: "client", request }, vendor: { upload_id: uploadId } };
}
