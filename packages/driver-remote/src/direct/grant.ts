import { chunkQuery, slavePaths } from "@stowage/cloudreve-wire";
import type { CallOptions, DirectGrant, GrantRequest } from "@stowage/core";
import { originOf } from "../node-api.js";
import type { RemoteSettings } from "../options.js";
import type { UploadContext } from "../upload-context.js";
import { openUpload } from "../uploads/open-upload.js";

/** The URL was made from what a client asked for; its path is what the callback's signature covers. */
function asNodeReachesIt(callbackUrl: string, { siteUrl }: RemoteSettings): string {
  return siteUrl === undefined ? callbackUrl : `${originOf(siteUrl)}${new URL(callbackUrl).pathname}`;
}

/** Longest life of a credential: past all sessions that anybody would keep open. */
export const mostLifeMs = 30 * 24 * 3600 * 1000;

/**
 * One POST for each chunk, all with the same credential, which is good for the chunks of this upload and for nothing else.
 * Cloudreve's own clients want the bare URL and the credential, which are in `vendor`. With a callback the node completes the
 * upload with the last chunk, and tells; without one it waits for us.
 */
export async function grant(
  upload: UploadContext,
  { chunks, callbackUrl }: GrantRequest,
  options: CallOptions,
): Promise<DirectGrant> {
  const { node, target } = upload;
  const { settings, signer, runtime } = node;
  if (callbackUrl !== undefined) await openUpload(upload, asNodeReachesIt(callbackUrl, settings), options);
  const expires = Math.floor(Math.min(target.expiresAt, runtime.clock.now() + mostLifeMs) / 1000);
  const path = slavePaths.session(target.sessionId);
  const credential = await signer.signHeader({ path, headers: {}, body: "" }, expires);
  const url = `${originOf(settings.directUrl ?? settings.url)}${path}`;
  const headers = { authorization: credential, "content-type": "application/octet-stream" };
  return {
    kind: "parts",
    requests: Array.from({ length: chunks.end - chunks.start }, (_, at) => ({
      method: "POST",
      url: `${url}${chunkQuery(chunks.start + at, "status")}`,
      headers,
      expiresAt: expires * 1000,
    })),
    completion: { by: callbackUrl === undefined ? "server" : "backend" },
    vendor: { upload_url: url, credential },
  };
}
